package org.platformforge.kernel.extension.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The walls around the process of an extension, put up by bubblewrap: the JDK and the host program, read-only; an empty
 * {@code /tmp}; no network, no {@code /proc}, no environment, no other process. Whether bubblewrap works on this host is
 * found out once, by putting it up around a JVM. Immutable.
 */
final class Sandbox {
    /** What a JVM is linked to. Where the host has links in these places, links they stay. */
    private static final List<String> SYSTEM = List.of(
            "/usr/lib",
            "/usr/lib32",
            "/usr/lib64",
            "/lib",
            "/lib32",
            "/lib64",
            "/libx32",
            "/nix/store",
            "/gnu/store",
            "/etc/ld.so.cache");

    /** Where distributions keep the configuration a JDK has links to. */
    private static final String ETC = "(java|jvm).*";

    /** Under which the filter of system calls is handed over. */
    static final int FILTER_DESCRIPTOR = 9;

    /** How a problem begins that bubblewrap, or the JVM behind it, has told. */
    static final String DOES_NOT_WORK = "bubblewrap does not work on this host: ";

    private static final String HOST = "/host/";
    private static final long TEMPORARY_BYTES = 64L << 20;
    private static final String PROBE =
            "[ -z \"$1\" ] || exec " + FILTER_DESCRIPTOR + "<\"$1\" || exit 125; shift; exec \"$@\"";
    /** A shell's exit codes. */
    private static final int CANNOT_RUN = 126;

    private static final int NOT_FOUND = 127;
    private static final int PROBE_SECONDS = 30;
    private static final int LONGEST_REASON = 200;

    private final String program;
    private final Path java;
    private final List<Path> hidden;
    private final Path filter;

    /**
     * @param java home of the JDK
     * @param hidden folders that must not be seen, wherever they are
     * @param filter file with a filter of system calls; null for none
     */
    Sandbox(String program, Path java, List<Path> hidden, Path filter) {
        this.program = program;
        this.java = java;
        this.hidden = List.copyOf(hidden);
        this.filter = filter;
    }

    /** The file the command wants to be opened as {@link #FILTER_DESCRIPTOR}; empty for none. */
    String filter() {
        return filter == null ? "" : filter.toString();
    }

    /** The command that runs a JVM behind the walls. @param options of the JVM, without its class path */
    List<String> command(List<Path> classPath, List<String> options, List<String> rest) {
        List<String> command = new ArrayList<>(List.of(program, "--unshare-all", "--die-with-parent", "--new-session"));
        command.addAll(List.of("--cap-drop", "ALL", "--clearenv"));
        if (filter != null) {
            command.addAll(List.of("--seccomp", Integer.toString(FILTER_DESCRIPTOR)));
        }
        SYSTEM.forEach(path -> show(command, Path.of(path)));
        etc(command);
        show(command, java);
        hidden.stream()
                .map(Sandbox::real)
                .filter(path -> Stream.concat(SYSTEM.stream().map(Path::of), Stream.of(java))
                        .anyMatch(shown -> path.startsWith(real(shown))))
                .forEach(path -> command.addAll(List.of("--tmpfs", path.toString())));
        Map<String, Path> inside = new LinkedHashMap<>();
        for (Path path : classPath) {
            inside.put(HOST + inside.size() + "-" + path.getFileName(), path);
        }
        inside.forEach((at, path) -> command.addAll(List.of("--ro-bind", path.toString(), at)));
        command.addAll(List.of("--size", Long.toString(TEMPORARY_BYTES), "--tmpfs", "/tmp"));
        command.addAll(List.of("--dev", "/dev", "--remount-ro", "/dev"));
        // the loader finds a JVM's libraries by /proc, which is not there
        command.addAll(List.of("--setenv", "LD_LIBRARY_PATH", java.resolve("lib") + ":" + java.resolve("lib/server")));
        Launcher.ENVIRONMENT.forEach((key, value) -> command.addAll(List.of("--setenv", key, value)));
        command.addAll(List.of(
                "--remount-ro",
                "/",
                "--chdir",
                "/tmp",
                "--",
                java.resolve("bin/java").toString()));
        command.addAll(options);
        command.addAll(List.of("-cp", String.join(":", inside.keySet())));
        command.addAll(rest);
        return command;
    }

    private static void show(List<String> command, Path path) {
        if (Files.isSymbolicLink(path) && SYSTEM.contains(path.toString())) {
            command.addAll(List.of("--symlink", target(path), path.toString()));
        } else if (Files.exists(path)) {
            command.addAll(List.of("--ro-bind", path.toString(), path.toString()));
        }
    }

    private static void etc(List<String> command) {
        try (Stream<Path> names = Files.list(Path.of("/etc"))) {
            names.filter(path -> path.getFileName().toString().matches(ETC))
                    .sorted()
                    .forEach(path -> show(command, path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            return path.toAbsolutePath().normalize();
        }
    }

    /** Puts the walls up around a JVM. @return why they do not stand, null when they do */
    String problem() throws InterruptedException {
        try {
            List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", PROBE, "probe", filter()));
            command.addAll(command(List.of(), List.of("-Xshare:auto"), List.of("-version")));
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            if (!process.waitFor(PROBE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return "bubblewrap did not answer within " + PROBE_SECONDS + " s";
            }
            if (process.exitValue() == 0) {
                return null;
            }
            if (process.exitValue() == CANNOT_RUN || process.exitValue() == NOT_FOUND) {
                return notInstalled();
            }
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .findFirst()
                    .orElse("exit code " + process.exitValue());
            return DOES_NOT_WORK + (said.length() > LONGEST_REASON ? said.substring(0, LONGEST_REASON) : said);
        } catch (IOException | UncheckedIOException e) {
            return notInstalled();
        }
    }

    private String notInstalled() {
        return "bubblewrap (" + program + ") is not installed, or cannot be started";
    }
}
