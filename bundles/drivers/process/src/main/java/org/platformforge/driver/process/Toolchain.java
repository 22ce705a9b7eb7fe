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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.platformforge.extension.api.driver.Driver.Problem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which executables builds and applications find here: looked for where they are run, behind the walls, by asking each for
 * its version. What was found counts for a minute. Thread-safe.
 */
final class Toolchain {
    static final String PROPERTY = "tools";

    private static final Logger LOG = LoggerFactory.getLogger(Toolchain.class);
    private static final Pattern COMMAND = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]*( [A-Za-z0-9._+-]+){0,4}");
    private static final Pattern VERSION = Pattern.compile("[0-9]{1,6}(?:\\.[0-9]{1,6}){0,3}");
    private static final long FRESH_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final int PATIENCE_SECONDS = 30;
    private static final int MOST = 40;
    private static final int LONGEST = 100;
    private static final int NOT_FOUND = 127;
    /** One block for each: its exit code, a blank and the first lines it wrote. */
    private static final String ASK = """
            for tool in "$@"; do
              said=$(timeout 10 $tool --version 2>&1 </dev/null); code=$?
              command -v ${tool%% *} >/dev/null || code=127
              printf '%s %s\\n' "$code" "$(printf '%s' "$said" | head -n 4 | tr '\\n\\r' '  ' | cut -c 1-300)"
            done
            """;

    private final Sandbox sandbox;
    private final Map<String, Found> known = new ConcurrentHashMap<>();

    private record Wanted(String command, String version) {}

    private record Found(int exitCode, String said, long at) {}

    Toolchain(Sandbox sandbox) {
        this.sandbox = sandbox;
    }

    /** @param property list of objects with {@code command} and {@code version}; null for none */
    List<Problem> missing(Object property) {
        List<Problem> problems = new ArrayList<>();
        List<Wanted> wanted = wanted(property, problems);
        if (!problems.isEmpty() || wanted.isEmpty()) {
            return problems;
        }
        Map<String, Found> found = look(wanted);
        for (Wanted tool : wanted) {
            String problem = problem(tool, found.get(tool.command()));
            if (problem != null) {
                problems.add(new Problem(PROPERTY, problem));
            }
        }
        return problems;
    }

    private static List<Wanted> wanted(Object property, List<Problem> problems) {
        List<Wanted> wanted = new ArrayList<>();
        boolean wrong = property != null && !(property instanceof List);
        if (property instanceof List<?> list) {
            wrong = list.size() > MOST;
            for (Object one : wrong ? List.of() : list) {
                Object command = one instanceof Map<?, ?> map ? map.get("command") : null;
                Object version = one instanceof Map<?, ?> map ? map.get("version") : null;
                boolean right = command instanceof String name
                        && name.length() <= LONGEST
                        && COMMAND.matcher(name).matches()
                        && (version == null
                                || VERSION.matcher(version.toString()).matches());
                wrong |= !right;
                if (right) {
                    wanted.add(new Wanted((String) command, version == null ? null : version.toString()));
                }
            }
        }
        if (wrong) {
            problems.add(new Problem(
                    PROPERTY, "must be a list of at most " + MOST + " tools, each with its command and version"));
        }
        return wanted;
    }

    private static String problem(Wanted tool, Found found) {
        String wanted = tool.command() + (tool.version() == null ? "" : " " + tool.version() + " or newer");
        if (found == null) {
            return wanted + " cannot be looked for: the sandbox did not answer";
        }
        if (found.exitCode() == NOT_FOUND) {
            return wanted + " is missing";
        }
        Matcher version = VERSION.matcher(found.said());
        if (found.exitCode() != 0) {
            String said = found.said().isBlank() ? "" : ": " + found.said().strip();
            return wanted + " is needed, and " + tool.command() + " --version failed" + said;
        }
        if (tool.version() == null) {
            return null;
        }
        if (!version.find()) {
            return wanted + " is needed, and the one that is there tells no version";
        }
        return older(version.group(), tool.version())
                ? wanted + " is needed, and " + version.group() + " is there"
                : null;
    }

    static boolean older(String there, String wanted) {
        String[] left = there.split("\\.");
        String[] right = wanted.split("\\.");
        for (int i = 0; i < right.length; i++) {
            int one = i < left.length ? Integer.parseInt(left[i]) : 0;
            int two = Integer.parseInt(right[i]);
            if (one != two) {
                return one < two;
            }
        }
        return false;
    }

    private Map<String, Found> look(List<Wanted> wanted) {
        long now = System.nanoTime();
        Set<String> stale = new LinkedHashSet<>();
        for (Wanted tool : wanted) {
            Found last = known.get(tool.command());
            if (last == null || now - last.at() > FRESH_NANOS) {
                stale.add(tool.command());
            }
        }
        if (!stale.isEmpty()) {
            known.putAll(ask(List.copyOf(stale)));
        }
        return known;
    }

    private Map<String, Found> ask(List<String> commands) {
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

    private static Map<String, Found> read(List<String> commands, String output) {
        List<String> lines = output.lines().toList();
        Map<String, Found> found = new LinkedHashMap<>();
        for (int i = 0; i < commands.size() && i < lines.size(); i++) {
            String[] parts = lines.get(i).split(" ", 2);
            if (parts[0].matches("[0-9]{1,3}")) {
                found.put(
                        commands.get(i),
                        new Found(Integer.parseInt(parts[0]), parts.length > 1 ? parts[1] : "", System.nanoTime()));
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
