package org.platformforge.driver.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * CPU and memory limits of an application: a control group where the host lets us make one (version 2, else 1), a
 * resource limit for memory where it does not. What could not be set is said, and what was set was read back.
 */
final class Limits {
    private static final long PERIOD_MICROS = 100_000;

    private final Path cgroups;

    Limits(Path cgroups) {
        this.cgroups = cgroups;
    }

    /**
     * @param join {@code cgroup.procs} files the process enters before it becomes the application
     * @param dataKib {@code ulimit -d}, 0 for none
     * @param facts what is enforced and by what
     */
    record Applied(List<Path> join, long dataKib, Map<String, String> facts) {}

    Applied apply(String resourceId, Double cpuCores, Long memoryBytes) {
        List<Path> join = new ArrayList<>();
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("limits.cpu", cpuCores == null ? "none" : cpu(resourceId, cpuCores, join));
        long dataKib = 0;
        String memory = memoryBytes == null ? "none" : memory(resourceId, memoryBytes, join);
        if (memory == null) {
            dataKib = memoryBytes >> 10;
            memory = (memoryBytes >> 20) + " MiB of data for each process (ulimit)";
        }
        facts.put("limits.memory", memory);
        return new Applied(List.copyOf(join), dataKib, facts);
    }

    void remove(String resourceId) {
        for (Path group : List.of(v2(resourceId), v1("cpu", resourceId), v1("memory", resourceId))) {
            try {
                Files.deleteIfExists(group);
            } catch (IOException e) {
                // a group that is still in use goes with the host; nothing depends on its name
            }
        }
    }

    private String cpu(String resourceId, double cores, List<Path> join) {
        long quota = Math.max(1_000, Math.round(cores * PERIOD_MICROS));
        String shown = String.format(Locale.ROOT, "%.3f cores", quota / (double) PERIOD_MICROS);
        if (unified()) {
            boolean set = enter(v2(resourceId), Map.of("cpu.max", quota + " " + PERIOD_MICROS), join);
            return set ? shown + " (cgroup v2)" : "not enforced: this host gives no control group for cpu";
        }
        Map<String, String> values = new LinkedHashMap<>();
        values.put("cpu.cfs_period_us", Long.toString(PERIOD_MICROS));
        values.put("cpu.cfs_quota_us", Long.toString(quota));
        boolean set = enter(v1("cpu", resourceId), values, join);
        return set ? shown + " (cgroup v1)" : "not enforced: this host gives no control group for cpu";
    }

    /** Null when no control group can be had. */
    private String memory(String resourceId, long bytes, List<Path> join) {
        long whole = bytes & ~0xFFFL; // the kernel counts pages
        if (unified()) {
            return enter(v2(resourceId), Map.of("memory.max", Long.toString(whole)), join)
                    ? (bytes >> 20) + " MiB (cgroup v2)"
                    : null;
        }
        return enter(v1("memory", resourceId), Map.of("memory.limit_in_bytes", Long.toString(whole)), join)
                ? (bytes >> 20) + " MiB (cgroup v1)"
                : null;
    }

    private static boolean enter(Path group, Map<String, String> values, List<Path> join) {
        try {
            Files.createDirectories(group);
            for (Map.Entry<String, String> value : values.entrySet()) {
                Path file = group.resolve(value.getKey());
                Files.writeString(file, value.getValue());
                if (!Files.readString(file).strip().equals(value.getValue())) {
                    return false;
                }
            }
            Path processes = group.resolve("cgroup.procs");
            if (!join.contains(processes)) {
                join.add(processes);
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private boolean unified() {
        return Files.exists(cgroups.resolve("cgroup.controllers"));
    }

    private Path v2(String resourceId) {
        return cgroups.resolve("platform-forge").resolve(resourceId);
    }

    private Path v1(String controller, String resourceId) {
        return cgroups.resolve(controller).resolve("platform-forge").resolve(resourceId);
    }
}
