package org.platformforge.delivery.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.delivery.DeployRequest;
import org.platformforge.kernel.api.delivery.DeployRequest.Build;
import org.platformforge.kernel.api.delivery.DeployRequest.Rollout;
import org.platformforge.kernel.api.delivery.DeployRequest.Run;
import org.platformforge.kernel.api.delivery.DeployRequest.Scale;
import org.platformforge.kernel.api.delivery.DeployRequest.Source;
import org.platformforge.kernel.api.delivery.Quantity;

/** What can be said against a request without asking anybody. Everything that is wrong is said at once. */
final class ReleaseRules {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");
    /** What may stand in a ref (git-check-ref-format), and what a shell or an address could not take for more. */
    private static final Pattern REF = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._/+-]{0,199}");

    private static final int LONGEST_COMMAND = 10_000;
    private static final int MOST_COMMANDS = 50;
    private static final int LONGEST_WATCH = 3600;

    private final List<FieldError> problems = new ArrayList<>();

    private ReleaseRules() {}

    static List<FieldError> problems(DeployRequest request) {
        ReleaseRules rules = new ReleaseRules();
        rules.name("service", request.service());
        rules.name("environment", request.environment());
        if (request.version() != null
                && (request.version().isBlank() || request.version().length() > 255)) {
            rules.problem("version", "must have 1 to 255 characters");
        }
        rules.source(request.source());
        rules.build(request.build());
        rules.run(request.run());
        rules.scale(request.scale());
        rules.rollout(request.rollout());
        return List.copyOf(rules.problems);
    }

    private void problem(String field, String message) {
        problems.add(new FieldError(field, message));
    }

    private void name(String field, String value) {
        if (value == null || !NAME.matcher(value).matches()) {
            problem(
                    field,
                    "must be 1 to 63 lower-case letters, digits and hyphens, neither beginning nor ending with a"
                            + " hyphen");
        }
    }

    private void source(Source source) {
        if (source.artifact() == null && source.repository() == null) {
            problem("source.repository", "is needed: there is nothing to deploy without a repository");
        }
        if (source.artifact() != null && !DIGEST.matcher(source.artifact()).matches()) {
            problem("source.artifact", "must be sha256: and 64 hexadecimal digits");
        }
        if (source.fetched() != null
                && !DIGEST.matcher(source.fetched().artifact()).matches()) {
            problem("source.fetched", "must have been fetched");
        }
        if (source.ref() != null
                && (!REF.matcher(source.ref()).matches() || source.ref().contains(".."))) {
            problem("source.ref", "must be a tag, a branch or a commit");
        }
    }

    private void build(Build build) {
        boolean bad = build.commands().size() > MOST_COMMANDS
                || build.commands().stream().anyMatch(command -> !isCommand(command));
        if (bad) {
            problem(
                    "build.commands",
                    "must be at most " + MOST_COMMANDS + " commands of 1 to " + LONGEST_COMMAND + " characters");
        }
        if (build.timeoutSeconds() != null && build.timeoutSeconds() < 1) {
            problem("build.timeout_seconds", "must be 1 or more");
        }
    }

    private static boolean isCommand(String text) {
        return text != null && !text.isBlank() && text.length() <= LONGEST_COMMAND && text.indexOf('\0') < 0;
    }

    private void run(Run run) {
        if (run.start() == null && run.staticDirectory() == null) {
            problem("run.start", "is needed: the command that starts the service, or a static directory");
        }
        if (run.start() != null && run.staticDirectory() != null) {
            problem("run.static_directory", "cannot be combined with a start command");
        }
        if (run.start() != null && !isCommand(run.start())) {
            problem("run.start", "must be a command of 1 to " + LONGEST_COMMAND + " characters");
        }
    }

    private void scale(Scale scale) {
        if (scale.replicas() < 1 || scale.replicas() > DeployRequest.MOST_REPLICAS) {
            problem("scale.replicas", "must be a number from 1 to " + DeployRequest.MOST_REPLICAS);
        }
        quantity("scale.cpu", scale.cpu(), "a number of cores such as 0.5 or 500m");
        quantity("scale.memory", scale.memory(), "an amount of memory such as 512Mi or 1Gi");
        quantity("scale.disk", scale.disk(), "an amount of disk space such as 20Gi");
    }

    private void quantity(String field, String text, String what) {
        Optional<Quantity> quantity = text == null ? Optional.empty() : Quantity.parse(text);
        boolean positive = quantity.filter(given -> given.value().signum() > 0).isPresent();
        if (text != null && !positive) {
            problem(field, "must be " + what);
        }
    }

    private void rollout(Rollout rollout) {
        if (rollout.canaryPercent() < 1 || rollout.canaryPercent() > 99) {
            problem("rollout.canary_percent", "must be a number from 1 to 99");
        }
        if (rollout.observeSeconds() < 0 || rollout.observeSeconds() > LONGEST_WATCH) {
            problem("rollout.observe_seconds", "must be a number from 0 to " + LONGEST_WATCH);
        }
        problems.addAll(CanaryRules.problems(rollout));
    }

    /** Where the property of an engine comes from. */
    static String field(String property) {
        Map<String, String> names = Map.of(
                "start_command", "run.start",
                "static_directory", "run.static_directory",
                "probe", "run.probe_path",
                "cpu", "scale.cpu",
                "memory", "scale.memory",
                "engine", "scale.engine",
                "artifact", "source.artifact",
                "instance_type", "scale.instance_type",
                "disk", "scale.disk",
                "framework", "scale.framework");
        if (property.startsWith("env") || property.startsWith("secrets")) {
            return "run." + property;
        }
        return names.getOrDefault(property, property);
    }
}
