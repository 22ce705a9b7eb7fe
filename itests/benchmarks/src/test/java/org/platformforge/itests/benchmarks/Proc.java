package org.platformforge.itests.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/** What Linux counts in {@code /proc}. Processor time comes in ticks, which are 10 ms on every architecture of ours. */
final class Proc {
    static final double TICKS_PER_SECOND = 100;

    private static final Path PROC = Path.of("/proc");
    // columns of /proc/<pid>/stat, counted from the state, the first after the name
    private static final int USER_TIME = 11;
    private static final int TIMES = 4;

    private Proc() {}

    /** User and system time of the processes, of all below them, and of those below that have ended. */
    static long ticks(Collection<Long> roots) {
        Set<Long> pids = new TreeSet<>();
        for (long root : roots) {
            pids.add(root);
            ProcessHandle.of(root).ifPresent(process -> process.descendants().forEach(child -> pids.add(child.pid())));
        }
        return pids.stream().mapToLong(Proc::ownTicks).sum();
    }

    private static long ownTicks(long pid) {
        try {
            return ticks(Files.readString(PROC.resolve(pid + "/stat")));
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException e) {
            // ended between opening and reading
            return 0;
        }
    }

    /** @param stat one process's line: user and system time, and the same of the children it waited for */
    static long ticks(String stat) {
        String[] columns = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        long sum = 0;
        for (int i = USER_TIME; i < USER_TIME + TIMES; i++) {
            sum += Long.parseLong(columns[i]);
        }
        return sum;
    }

    /** Time the machine's processors did not idle for a process, and time its host gave to others. */
    static long busyTicks() {
        return busyTicks(read("stat"));
    }

    static long busyTicks(String stat) {
        // cpu user nice system idle iowait irq softirq steal
        String[] columns = stat.lines().findFirst().orElseThrow().split(" +");
        return Long.parseLong(columns[1])
                + Long.parseLong(columns[2])
                + Long.parseLong(columns[3])
                + Long.parseLong(columns[8]);
    }

    /** @return MB, which are a million bytes */
    static double residentMegabytes(long pid) {
        return read(pid + "/status")
                .lines()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) * 1024 / 1e6)
                .findFirst()
                .orElseThrow();
    }

    static String[] commandLine(long pid) {
        return read(pid + "/cmdline").split("\0");
    }

    /** {@code NAME=value}, one each */
    static String[] environment(long pid) {
        return read(pid + "/environ").split("\0");
    }

    static Path workingDirectory(long pid) {
        return link(pid + "/cwd");
    }

    static Path executable(long pid) {
        return link(pid + "/exe");
    }

    private static Path link(String name) {
        try {
            return Files.readSymbolicLink(PROC.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(String name) {
        try {
            return Files.readString(PROC.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
