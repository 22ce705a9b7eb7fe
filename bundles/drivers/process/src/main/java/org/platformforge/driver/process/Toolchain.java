package org.platformforge.driver.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.platformforge.driver.common.Tools;
import org.platformforge.driver.common.Tools.Found;
import org.platformforge.driver.common.Tools.Wanted;
import org.platformforge.extension.api.driver.Driver.Problem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which executables builds and applications find here: looked for where they are run, behind the walls, by asking each for
 * its version. What was found counts for a minute. Thread-safe.
 */
final class Toolchain {
    private static final Logger LOG = LoggerFactory.getLogger(Toolchain.class);
    private static final long FRESH_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final int PATIENCE_SECONDS = 30;
    /** One block for each: its exit code, a blank and the first lines it wrote. */
    private static final String ASK = """
            for tool in "$@"; do
              said=$(timeout 10 $tool --version 2>&1 </dev/null); code=$?
              command -v ${tool%% *} >/dev/null || code=127
              printf '%s %s\\n' "$code" "$(printf '%s' "$said" | head -n 4 | tr '\\n\\r' '  ' | cut -c 1-300)"
            done
            """;

    private final Sandbox sandbox;
    private final Map<String, Answered> known = new ConcurrentHashMap<>();

    private record Answered(Found found, long at) {}

    Toolchain(Sandbox sandbox) {
        this.sandbox = sandbox;
    }

    /** @param property list of objects with {@code command} and {@code version}; null for none */
    List<Problem> missing(Object property) {
        List<Problem> problems = new ArrayList<>();
        List<Wanted> wanted = Tools.wanted(property, problems);
        if (!problems.isEmpty() || wanted.isEmpty()) {
            return problems;
        }
        Map<String, Answered> found = look(wanted);
        for (Wanted tool : wanted) {
            Answered answered = found.get(tool.command());
            String problem = Tools.problem(tool, answered == null ? null : answered.found());
            if (problem != null) {
                problems.add(new Problem(Tools.PROPERTY, problem));
            }
        }
        return problems;
    }

    private Map<String, Answered> look(List<Wanted> wanted) {
        long now = System.nanoTime();
        Set<String> stale = new LinkedHashSet<>();
        for (Wanted tool : wanted) {
            Answered last = known.get(tool.command());
            if (last == null || now - last.at() > FRESH_NANOS) {
                stale.add(tool.command());
            }
        }
        if (!stale.isEmpty()) {
            known.putAll(ask(List.copyOf(stale)));
        }
        return known;
    }

    private Map<String, Answered> ask(List<String> commands) {
        Path folder = null;
        Path output = null;
        try {
            folder = Files.createTempDirectory("forge-tools");
            output = Files.createTempFile("forge-tools", ".out");
            Path work = AppStore.directory(folder.resolve(AppStore.WORK));
            AppStore.directory(folder.resolve(AppStore.TEMPORARY));
            List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", ASK, "tools"));
            command.addAll(commands);
            ProcessBuilder builder = new ProcessBuilder(sandbox.wrap(folder, work, command))
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            Launcher.keepInherited(builder);
            builder.environment().put("HOME", sandbox.home(folder).toString());
            Process process = builder.start();
            try {
                if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    return Map.of();
                }
            } finally {
                process.destroyForcibly();
            }
            return read(commands, Files.readString(output, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            LOG.warn("Tools cannot be looked for: {}", e.toString());
            return Map.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Map.of();
        } finally {
            clear(folder);
            clear(output);
        }
    }

    private static Map<String, Answered> read(List<String> commands, String output) {
        List<String> lines = output.lines().toList();
        Map<String, Answered> found = new LinkedHashMap<>();
        for (int i = 0; i < commands.size() && i < lines.size(); i++) {
            String[] parts = lines.get(i).split(" ", 2);
            if (parts[0].matches("[0-9]{1,3}")) {
                found.put(
                        commands.get(i),
                        new Answered(
                                new Found(Integer.parseInt(parts[0]), parts.length > 1 ? parts[1] : ""),
                                System.nanoTime()));
            }
        }
        return found;
    }

    private static void clear(Path path) {
        try {
            if (path != null) {
                AppStore.clear(path);
            }
        } catch (IOException e) {
            LOG.warn("{} could not be removed: {}", path, e.toString());
        }
    }
}
