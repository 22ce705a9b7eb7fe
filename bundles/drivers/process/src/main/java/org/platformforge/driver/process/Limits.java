package org.platformforge.driver.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
    private static final String OURS = "platform-forge";
    private static final long PERIOD_MICROS = 100_000;

    private final Path cgroups;

    /** @param cgroups where the host has its control groups mounted */
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
        remove(resourceId); // the groups of an earlier start, so that limits can be raised as well as lowered
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
        for (Path group : groups(resourceId)) {
            try {
                Files.deleteIfExists(group);
            } catch (IOException e) {
                // a group that is still in use goes with the host; nothing depends on its name
            }
        }
    }

    /** Pids of the processes in the application's control groups; empty where it has none. */
    List<Long> members(String resourceId) {
        List<Long> pids = new ArrayList<>();
        for (Path group : groups(resourceId)) {
            try {
                Files.readAllLines(group.resolve("cgroup.procs")).forEach(pid -> pids.add(Long.parseLong(pid)));
            } catch (IOException e) {
                // no such group on this host
            }
        }
        return pids;
    }

    private String cpu(String resourceId, double cores, List<Path> join) {
        long quota = Math.max(1_000, Math.round(cores * PERIOD_MICROS));
        String shown = String.format(Locale.ROOT, "%.3f cores", quota / (double) PERIOD_MICROS);
        if (unified()) {
            boolean set = enterUnified(resourceId, Map.of("cpu.max", quota + " " + PERIOD_MICROS), Map.of(), join);
            return set ? shown + " (cgroup v2)" : "not enforced: this host gives no control group for cpu";
        }
        Map<String, String> values = new LinkedHashMap<>();
        values.put("cpu.cfs_period_us", Long.toString(PERIOD_MICROS));
        values.put("cpu.cfs_quota_us", Long.toString(quota));
        boolean set = enter(v1("cpu", resourceId), values, Map.of(), join);
        return set ? shown + " (cgroup v1)" : "not enforced: this host gives no control group for cpu";
    }

    /** Null when no control group can be had. */
    private String memory(String resourceId, long bytes, List<Path> join) {
        long whole = bytes & ~0xFFFL; // the kernel counts pages
        if (unified()) {
            return enterUnified(
                            resourceId,
                            Map.of("memory.max", Long.toString(whole)),
                            Map.of("memory.swap.max", "0"),
                            join)
                    ? (bytes >> 20) + " MiB (cgroup v2)"
                    : null;
        }
        return enter(
                        v1("memory", resourceId),
                        Map.of("memory.limit_in_bytes", Long.toString(whole)),
                        Map.of("memory.memsw.limit_in_bytes", Long.toString(whole)),
                        join)
                ? (bytes >> 20) + " MiB (cgroup v1)"
                : null;
    }

    private boolean enterUnified(
            String resourceId, Map<String, String> values, Map<String, String> wished, List<Path> join) {
        for (Path group : v2(resourceId)) {
            delegate(group.getParent().getParent());
            delegate(group.getParent());
            if (enter(group, values, wished, join)) {
                return true;
            }
        }
        return false;
    }

    /** Hands the controllers on to the groups below, which version 2 does at every level or not at all. */
    private static void delegate(Path group) {
        for (String controller : List.of("+cpu", "+memory")) {
            try {
                Files.createDirectories(group);
                Files.writeString(group.resolve("cgroup.subtree_control"), controller, StandardOpenOption.WRITE);
            } catch (IOException e) {
                // not ours to hand on; what comes of it shows when the limit is written
            }
        }
    }

    /**
     * @param values without which it is no limit
     * @param wished what makes it tighter where the host has it: no way out into swap
     */
    private static boolean enter(Path group, Map<String, String> values, Map<String, String> wished, List<Path> join) {
        try {
            Files.createDirectories(group);
            for (Map.Entry<String, String> value : values.entrySet()) {
                Path file = group.resolve(value.getKey());
                Files.writeString(file, value.getValue(), StandardOpenOption.WRITE);
                if (!Files.readString(file).strip().equals(value.getValue())) {
                    return false;
                }
            }
            for (Map.Entry<String, String> value : wished.entrySet()) {
                if (Files.isWritable(group.resolve(value.getKey()))) {
                    Files.writeString(group.resolve(value.getKey()), value.getValue(), StandardOpenOption.WRITE);
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

    private List<Path> groups(String resourceId) {
        List<Path> groups = new ArrayList<>(v2(resourceId));
        groups.add(v1("cpu", resourceId));
        groups.add(v1("memory", resourceId));
        return groups;
    }

    private boolean unified() {
        return Files.exists(cgroups.resolve("cgroup.controllers"));
    }

    /** At the top, as root may; else beside the platform's own group, where its service was given that tree. */
    private List<Path> v2(String resourceId) {
        List<Path> groups = new ArrayList<>();
        groups.add(cgroups.resolve(OURS).resolve(resourceId));
        Path beside = own().getParent();
        if (beside != null && beside.startsWith(cgroups) && !beside.equals(cgroups)) {
            groups.add(beside.resolve(OURS).resolve(resourceId));
        }
        return groups;
    }

    private Path own() {
        try {
            return Files.readAllLines(Path.of("/proc/self/cgroup")).stream()
                    .filter(line -> line.startsWith("0::/"))
                    .findFirst()
                    .map(line ->
                            cgroups.resolve(line.substring("0::/".length())).normalize())
                    .orElse(cgroups);
        } catch (IOException e) {
            return cgroups;
        }
    }

    private Path v1(String controller, String resourceId) {
        return cgroups.resolve(controller).resolve(OURS).resolve(resourceId);
    }
}
