package org.platformforge.infrastructure.metrics;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * The control group this process is in, version 1 or 2: what a container may use. Limits of the groups above count too. Reads
 * files each time; what is not there is empty. Stateless but for its folders.
 */
final class Cgroup {
    private static final Path ROOT = Path.of("/sys/fs/cgroup");
    /** Version 1 writes "no limit" as the largest multiple of a page. */
    private static final long NO_LIMIT = 1L << 60;

    private final List<Path> memory;
    private final List<Path> cpu;
    private final boolean second;

    /** @param limit in bytes; @param used in bytes, without what the kernel gives back when asked */
    record Memory(long limit, long used) {}

    /**
     * @param root {@code /sys/fs/cgroup}
     * @param membership the content of {@code /proc/self/cgroup}
     */
    Cgroup(Path root, List<String> membership) {
        second = Files.exists(root.resolve("cgroup.controllers"));
        memory = second
                ? upwards(root, path(membership, ""))
                : upwards(root.resolve("memory"), path(membership, "memory"));
        cpu = second ? memory : upwards(root.resolve("cpu"), path(membership, "cpu"));
    }

    static Cgroup ofThisProcess() {
        return new Cgroup(ROOT, Numbers.lines(Path.of("/proc/self/cgroup")));
    }

    /** Lines are {@code id:controllers:path}; version 2 has no controllers. */
    private static String path(List<String> membership, String controller) {
        for (String line : membership) {
            String[] parts = line.split(":", 3);
            if (parts.length == 3 && List.of(parts[1].split(",", -1)).contains(controller)) {
                return parts[2];
            }
        }
        return "/";
    }

    /** In a container the path may be the host's, which is not there: then the root is the container's own. */
    private static List<Path> upwards(Path root, String path) {
        List<Path> groups = new ArrayList<>();
        Path group = root.resolve("." + path).normalize();
        while (group != null && group.startsWith(root)) {
            if (Files.isDirectory(group)) {
                groups.add(group);
            }
            group = group.getParent();
        }
        return groups;
    }

    /** Of the narrowest limit; null when there is none. */
    Memory memory() {
        Memory narrowest = null;
        for (Path group : memory) {
            OptionalLong limit = Numbers.number(group.resolve(second ? "memory.max" : "memory.limit_in_bytes"));
            OptionalLong used = Numbers.number(group.resolve(second ? "memory.current" : "memory.usage_in_bytes"));
            boolean limited = limit.isPresent() && limit.getAsLong() < NO_LIMIT && used.isPresent();
            if (limited && (narrowest == null || limit.getAsLong() < narrowest.limit)) {
                long cache = Numbers.field(
                                group.resolve("memory.stat"), second ? "inactive_file" : "total_inactive_file")
                        .orElse(0);
                narrowest = new Memory(limit.getAsLong(), Math.max(0, used.getAsLong() - cache));
            }
        }
        return narrowest;
    }

    /** Cores that may be used at once by the narrowest limit; empty when there is none. */
    OptionalDouble cores() {
        return cpu.stream()
                .map(this::quota)
                .filter(OptionalDouble::isPresent)
                .mapToDouble(OptionalDouble::getAsDouble)
                .min();
    }

    private OptionalDouble quota(Path group) {
        if (second) {
            String[] parts =
                    String.join("", Numbers.lines(group.resolve("cpu.max"))).split(" ");
            return parts.length == 2 && !parts[0].equals("max")
                    ? ratio(Long.parseLong(parts[0]), Long.parseLong(parts[1]))
                    : OptionalDouble.empty();
        }
        long quota = Numbers.number(group.resolve("cpu.cfs_quota_us")).orElse(-1);
        return ratio(quota, Numbers.number(group.resolve("cpu.cfs_period_us")).orElse(0));
    }

    private static OptionalDouble ratio(long quota, long period) {
        return quota > 0 && period > 0 ? OptionalDouble.of((double) quota / period) : OptionalDouble.empty();
    }

    /** Time all cores together have worked for this group, in microseconds. */
    OptionalLong cpuMicros() {
        if (cpu.isEmpty()) {
            return OptionalLong.empty();
        }
        if (second) {
            return Numbers.field(cpu.get(0).resolve("cpu.stat"), "usage_usec");
        }
        OptionalLong nanos = Numbers.number(cpu.get(0).resolve("cpuacct.usage"));
        return nanos.isPresent() ? OptionalLong.of(nanos.getAsLong() / 1000) : nanos;
    }
}
