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
    // places of the fields of stat after the command, the state being the first
    private static final int GROUP = 2;
    private static final int USER_TICKS = 11;
    private static final int SYSTEM_TICKS = 12;
    private static final int STARTED = 19;
    private static final int RESIDENT_PAGES = 21;

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
            return Optional.of(parse(pid, Files.readAllBytes(PROC.resolve(pid + "/stat"))));
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

    /**
     * The command stands in parentheses and may hold blanks and parentheses itself: count from the last one. Read in place,
     * because it is read for every look at an application.
     */
    static Stat parse(long pid, byte[] line) {
        int at = line.length - 1;
        while (line[at] != ')') {
            at--;
        }
        at += AFTER_COMMAND;
        char state = (char) line[at];
        long[] numbers = new long[RESIDENT_PAGES + 1];
        int field = 0;
        for (int i = at; i < line.length && field < numbers.length; i++) {
            if (line[i] == ' ') {
                field++;
            } else if (line[i] >= '0' && line[i] <= '9') {
                numbers[field] = numbers[field] * 10 + line[i] - '0';
            }
        }
        return new Stat(
                pid,
                state,
                numbers[GROUP],
                numbers[USER_TICKS] + numbers[SYSTEM_TICKS],
                numbers[STARTED],
                numbers[RESIDENT_PAGES]);
    }
}
