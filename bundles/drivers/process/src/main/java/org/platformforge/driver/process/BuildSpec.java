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
 * The properties of a build, checked. The bundle's README lists them.
 *
 * @param source digest of the files it begins with
 * @param cpuCores limit, null for none
 * @param memoryBytes limit, null for none
 */
record BuildSpec(
        String source,
        List<String> commands,
        Map<String, String> variables,
        Double cpuCores,
        Long memoryBytes,
        int timeoutSeconds) {
    static final String BUILD = "build";

    private static final Set<String> KNOWN = Set.of(
            "source",
            "commands",
            "env",
            "secrets",
            "cpu",
            "memory",
            "timeout_seconds",
            Tools.PROPERTY,
            "instance_type",
            "disk",
            "framework");
    private static final int LONGEST = 4 * 3600;

    @Override
    public String toString() {
        return source; // never the secrets
    }

    static BuildSpec parse(ResourceSpec spec, ProcessConfig config, List<Problem> problems) {
        AppSpec.Reader reader = new AppSpec.Reader(spec.properties(), problems);
        spec.properties().keySet().stream()
                .filter(key -> !KNOWN.contains(key))
                .forEach(key -> problems.add(new Problem(key, "is not a property of type " + spec.type())));
        String source = reader.text("source");
        if (source == null) {
            problems.add(new Problem("source", "must be the digest of an artifact"));
        }
        Map<String, String> variables = new LinkedHashMap<>(reader.variables("env"));
        variables.putAll(reader.variables("secrets"));
        int seconds = spec.properties().get("timeout_seconds") instanceof Number given
                ? Math.max(1, Math.min(LONGEST, given.intValue()))
                : config.build_timeout_seconds();
        return new BuildSpec(
                source,
                commands(spec.properties().get("commands"), problems),
                variables,
                reader.cpu(),
                reader.memory(),
                seconds);
    }

    private static List<String> commands(Object given, List<Problem> problems) {
        List<String> commands = new ArrayList<>();
        boolean wrong = !(given instanceof List<?> list) || list.isEmpty();
        if (given instanceof List<?> list) {
            for (Object command : list) {
                if (command instanceof String text && !text.isBlank() && text.indexOf('\0') < 0) {
                    commands.add(text);
                } else {
                    wrong = true;
                }
            }
        }
        if (wrong) {
            problems.add(new Problem("commands", "must be a list of commands, none of them empty"));
        }
        return List.copyOf(commands);
    }
}
