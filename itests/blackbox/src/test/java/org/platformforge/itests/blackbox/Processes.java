package org.platformforge.itests.blackbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the process engine of a platform has started, as {@code /proc} shows it: each its folder there. */
final class Processes {
    private final String mark;

    Processes(Platform platform) {
        this.mark = "FORGE_APPS=" + platform.data().resolve("apps");
    }

    /** All that carry the mark of this platform's applications. */
    List<Path> all() {
        return with(mark);
    }

    /** The applications themselves, without the walls that are put up around them. */
    List<Path> applications() {
        return all().stream().filter(process -> !name(process).equals("bwrap")).toList();
    }

    /** The application that was given this port. */
    List<Path> application(int port) {
        return with(mark, "PORT=" + port).stream()
                .filter(process -> !name(process).equals("bwrap"))
                .toList();
    }

    /** @param name of a signal, such as {@code STOP} */
    static void signal(Path process, String name) {
        try {
            new ProcessBuilder("kill", "-" + name, process.getFileName().toString())
                    .inheritIO()
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static List<Path> with(String... variables) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : all) {
                List<String> environment = environment(process);
                if (environment.containsAll(List.of(variables))) {
                    found.add(process);
                }
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String name(Path process) {
        try {
            return Files.readString(process.resolve("comm")).strip();
        } catch (IOException e) {
            return ""; // gone in the meantime
        }
    }

    private static List<String> environment(Path process) {
        try {
            return List.of(Files.readString(process.resolve("environ"), StandardCharsets.ISO_8859_1)
                    .split("\0"));
        } catch (IOException e) {
            return List.of(); // gone in the meantime
        }
    }
}
