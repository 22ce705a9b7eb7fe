package org.platformforge.pipelines.definition;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.platformforge.kernel.api.delivery.DeployRequest;
import org.platformforge.pipelines.definition.StageSpec.RunSpec;

/** What a stage does, field by field. For one stage. */
final class Work {
    private static final int MOST_COMMANDS = 50;
    private static final int LONGEST_COMMAND = 4000;
    /** Linux takes 128 KiB for one argument; all commands of a test are one. */
    private static final int MOST_BYTES = 64 * 1024;

    private static final int MOST_REPORTS = 20;
    private static final Pattern USES = Pattern.compile("[a-z0-9][a-z0-9.-]{0,100}/[a-z0-9][a-z0-9-]{0,63}");

    private final Fields fields;
    private final Set<String> known;

    /** @param known names of the pipeline's secret variables */
    Work(Fields fields, Set<String> known) {
        this.fields = fields;
        this.known = known;
    }

    List<String> commands() {
        List<String> commands = fields.texts("commands", MOST_COMMANDS, LONGEST_COMMAND);
        if (!fields.has("commands")) {
            fields.problem("commands", "are needed");
        }
        int bytes = commands.stream()
                .mapToInt(command -> command.getBytes(StandardCharsets.UTF_8).length)
                .sum();
        if (bytes > MOST_BYTES) {
            fields.problem("commands", "must have at most " + MOST_BYTES / 1024 + " KiB together");
        }
        return List.copyOf(commands);
    }

    Map<String, String> env() {
        return fields.variables("env");
    }

    List<String> secrets() {
        List<String> names = fields.texts("secrets", 100, 255);
        for (String name : names) {
            if (!known.contains(name)) {
                fields.problem("secrets", "names " + name + ", which is no secret of the pipeline");
            }
        }
        return List.copyOf(names);
    }

    List<String> reports() {
        List<String> patterns = fields.texts("reports", MOST_REPORTS, 255);
        for (String pattern : patterns) {
            String wrong = PathPattern.wrong(pattern);
            if (wrong != null) {
                fields.problem("reports", wrong);
            }
        }
        return List.copyOf(patterns);
    }

    String uses() {
        String uses = fields.text("uses", 200);
        if (uses != null && !USES.matcher(uses).matches()) {
            fields.problem("uses", "must be <extension>/<step>");
        }
        return uses;
    }

    RunSpec run() {
        Integer replicas = fields.number("replicas", 1, DeployRequest.MOST_REPLICAS);
        String strategy = fields.has("strategy") ? fields.text("strategy", 16) : "rolling";
        if (strategy != null && !strategy.matches("rolling|blue_green|canary")) {
            fields.problem("strategy", "must be rolling, blue_green or canary");
        }
        Integer percent = fields.number("canary_percent", 1, 99);
        Integer observe = fields.number("observe_seconds", 0, 3600);
        Fields run = fields.fields("run");
        if (run == null) {
            fields.problem("run", "is needed: run.start, or run.static_directory");
            return null;
        }
        String start = run.text("start", LONGEST_COMMAND);
        String directory = run.text("static_directory", 255);
        if ((start == null) == (directory == null)) {
            run.problem("start", "is needed, or static_directory in its place");
        }
        String probe = run.text("probe_path", 500);
        if (probe != null && (!probe.startsWith("/") || probe.chars().anyMatch(c -> c <= ' '))) {
            run.problem("probe_path", "must begin with / and hold no blanks");
        }
        Integer timeout = run.number("start_timeout_seconds", 1, 900);
        run.refuseOthers();
        return new RunSpec(
                start, directory, probe, timeout, replicas == null ? 1 : replicas, strategy, percent, observe);
    }
}
