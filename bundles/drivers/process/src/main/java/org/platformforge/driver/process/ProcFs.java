package org.platformforge.driver.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What Linux tells about processes in {@code /proc} (proc(5)). Stateless. */
final class ProcFs {
    private static final Path PROC = Path.of("/proc");
    private static final int AFTER_COMMAND = 2;

    private ProcFs() {}

    /**
     * @param group the process group; an application is the leader of its own
     * @param ticks user and system time, in clock ticks
     * @param started clock ticks since boot; with the pid it names one process for good
     * @param residentPages resident memory in pages
     */
    record Stat(long pid, char state, long group, long ticks, long started, long residentPages) {
        boolean alive() {
            return state != 'Z' && state != 'X';
        }
    }

    static Optional<Stat> stat(long pid) {
        try {
            return Optional.of(parse(pid, Files.readString(PROC.resolve(pid + "/stat"), StandardCharsets.ISO_8859_1)));
        } catch (IOException e) {
            return Optional.empty(); // gone, or never there
        }
    }

    static List<Stat> all() {
        List<Stat> found = new ArrayList<>();
        for (long pid : pids()) {
            stat(pid).ifPresent(found::add);
        }
        return found;
    }

    /** Live processes whose environment at their start had this variable with this value. */
    static List<Stat> withVariable(String name, String value) {
        String wanted = '\0' + name + '=' + value + '\0';
        List<Stat> found = new ArrayList<>();
        for (long pid : pids()) {
            try {
                String environment =
                        '\0' + Files.readString(PROC.resolve(pid + "/environ"), StandardCharsets.ISO_8859_1) + '\0';
                if (environment.contains(wanted)) {
                    stat(pid).filter(Stat::alive).ifPresent(found::add);
                }
            } catch (IOException e) {
                // not ours to read, or gone in the meantime: in both cases not one of our applications
            }
        }
        return found;
    }

    /** The value of a variable in a process's environment at its start. */
    static Optional<String> variable(long pid, String name) {
        try {
            String environment = Files.readString(PROC.resolve(pid + "/environ"), StandardCharsets.ISO_8859_1);
            for (String entry : environment.split("\0")) {
                if (entry.startsWith(name + '=')) {
                    return Optional.of(entry.substring(name.length() + 1));
                }
            }
        } catch (IOException e) {
            // gone in the meantime
        }
        return Optional.empty();
    }

    private static List<Long> pids() {
        List<Long> pids = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(PROC, "[0-9]*")) {
            entries.forEach(entry -> pids.add(Long.parseLong(entry.getFileName().toString())));
        } catch (IOException e) {
            throw new IllegalStateException("/proc cannot be read", e);
        }
        return pids;
    }

    /** The command stands in parentheses and may hold blanks and parentheses itself: count from the last one. */
    static Stat parse(long pid, String line) {
        String[] fields =
                line.substring(line.lastIndexOf(')') + AFTER_COMMAND).trim().split(" ");
        return new Stat(
                pid,
                fields[0].charAt(0),
                Long.parseLong(fields[2]),
                Long.parseLong(fields[11]) + Long.parseLong(fields[12]),
                Long.parseLong(fields[19]),
                Long.parseLong(fields[21]));
    }
}
