package org.platformforge.driver.process;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.platformforge.driver.common.Tools;
import org.platformforge.extension.api.driver.Driver.Problem;
import org.platformforge.extension.api.driver.ResourceSpec;

/**
 * The properties of an application or a worker, checked. The bundle's README lists them.
 *
 * @param repository null for the starter app and with an artifact
 * @param artifact digest of the files, null without
 * @param startCommand run by {@code /bin/sh -c}; null for the starter app and for static sites
 * @param staticDirectory served by the starter's file server; null for everything else
 * @param cpuCores limit, null for none
 * @param memoryBytes limit, null for none
 */
record AppSpec(
        String resourceId,
        boolean worker,
        String repository,
        String ref,
        String artifact,
        String startCommand,
        String staticDirectory,
        Map<String, String> environment,
        Map<String, String> secrets,
        Double cpuCores,
        Long memoryBytes,
        String probePath,
        int startTimeoutSeconds) {

    static final String APPLICATION = "application";
    static final String WORKER = "worker";
    static final long SMALLEST_MEMORY = 16L << 20;

    private static final Set<String> KNOWN = Set.of(
            "repository",
            "ref",
            "artifact",
            "start_command",
            "static_directory",
            "env",
            "secrets",
            "cpu",
            "memory",
            "probe",
            Tools.PROPERTY,
            "instance_type",
            "disk",
            "framework");
    private static final Set<String> OURS = Set.of("PORT", "HOST");
    private static final int LONGEST_START = 900;

    @Override
    public String toString() {
        return resourceId; // never the secrets
    }

    static AppSpec parse(ResourceSpec spec, ProcessConfig config, List<Problem> problems) {
        Reader reader = new Reader(spec.properties(), problems);
        spec.properties().keySet().stream()
                .filter(key -> !KNOWN.contains(key))
                .forEach(key -> problems.add(new Problem(key, "is not a property of type " + spec.type())));
        Map<?, ?> probe = reader.map("probe");
        AppSpec app = new AppSpec(
                spec.id(),
                WORKER.equals(spec.type()),
                reader.text("repository"),
                reader.text("ref"),
                reader.text("artifact"),
                reader.text("start_command"),
                reader.text("static_directory"),
                reader.variables("env"),
                reader.variables("secrets"),
                reader.cpu(),
                reader.memory(),
                probe.get("path") instanceof String path ? path : "/",
                probe.get("timeout_seconds") instanceof Number seconds
                        ? Math.max(1, Math.min(LONGEST_START, seconds.intValue()))
                        : config.start_timeout_seconds());
        app.checkCombination(problems);
        return app;
    }

    /** Whether it brings its own files; the starter app does not. */
    boolean hasFiles() {
        return repository != null || artifact != null;
    }

    private void checkCombination(List<Problem> problems) {
        if (repository != null && artifact != null) {
            problems.add(new Problem("artifact", "has the files already; a repository beside it would be ignored"));
        }
        if (hasFiles() && startCommand == null && staticDirectory == null) {
            problems.add(new Problem(
                    "start_command", "is needed with " + (artifact == null ? "a repository" : "an artifact")));
        }
        if (!hasFiles() && startCommand != null) {
            problems.add(new Problem("repository", "is needed with a start command"));
        }
        if (startCommand != null && staticDirectory != null) {
            problems.add(new Problem("start_command", "a static site is served by the platform and takes none"));
        }
        if (!probePath.startsWith("/") || probePath.chars().anyMatch(c -> c <= ' ' || c == 127)) {
            problems.add(new Problem("probe", "its path must begin with / and hold no blanks"));
        }
    }

    /** Reads one property after the other and notes what is wrong instead of stopping at it. */
    record Reader(Map<String, Object> properties, List<Problem> problems) {
        String text(String name) {
            Object value = properties.get(name);
            if (value == null) {
                return null;
            }
            if (value instanceof String text && !text.isBlank() && text.indexOf('\0') < 0) {
                return text;
            }
            problems.add(new Problem(name, "must be a text that is not empty"));
            return null;
        }

        Map<?, ?> map(String name) {
            Object value = properties.get(name);
            if (value != null && !(value instanceof Map)) {
                problems.add(new Problem(name, "must be an object"));
            }
            return value instanceof Map<?, ?> map ? map : Map.of();
        }

        Map<String, String> variables(String name) {
            Map<String, String> variables = new LinkedHashMap<>();
            map(name).forEach((key, value) -> {
                String variable = String.valueOf(key);
                if (!variable.matches("[A-Za-z_][A-Za-z0-9_]*")) {
                    problems.add(new Problem(name + "." + variable, "is not the name of an environment variable"));
                } else if (OURS.contains(variable) || variable.startsWith("FORGE_")) {
                    problems.add(new Problem(name + "." + variable, "is set by the platform"));
                } else if (value == null || value.toString().indexOf('\0') >= 0) {
                    problems.add(new Problem(name + "." + variable, "must be a text"));
                } else {
                    variables.put(variable, value.toString());
                }
            });
            return variables;
        }

        Double cpu() {
            Object value = properties.get("cpu");
            Double cores = value == null ? null : Quantity.cores(value.toString());
            if (value != null && (cores == null || cores <= 0)) {
                problems.add(new Problem("cpu", "must be a number of cores such as 0.5 or 500m"));
                return null;
            }
            return cores;
        }

        Long memory() {
            Object value = properties.get("memory");
            Long bytes = value == null ? null : Quantity.bytes(value.toString());
            if (value != null && (bytes == null || bytes < SMALLEST_MEMORY)) {
                problems.add(new Problem("memory", "must be an amount of memory such as 256Mi, at least 16Mi"));
                return null;
            }
            return bytes;
        }
    }

    /** All that is wrong with a specification, empty when nothing is. */
    static List<Problem> problems(ResourceSpec spec, ProcessConfig config) {
        List<Problem> problems = new ArrayList<>();
        parse(spec, config, problems);
        return problems;
    }
}
