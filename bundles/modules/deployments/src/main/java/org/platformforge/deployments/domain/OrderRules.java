package org.platformforge.deployments.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.platformforge.deployments.domain.Deployment.Spec;
import org.platformforge.deployments.domain.Machine.Range;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.PlatformException;

/** The validation of document 003, in its words; collects everything that is wrong. For one thread. */
final class OrderRules {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{3,50}");
    private static final Pattern REPOSITORY = Pattern.compile(
            "(https://github\\.com/[A-Za-z0-9](?:[A-Za-z0-9-]{0,37}[A-Za-z0-9])?/[A-Za-z0-9._-]{1,100}?)(?:\\.git)?/?");
    /** As delivery takes it: nothing that a shell or an address could take for more. */
    private static final Pattern REF = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._/+-]{0,199}");

    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,254}");
    private static final Pattern PATH = Pattern.compile("/[\\x21-\\x7e]{0,900}");
    private static final int LONGEST_VALUE = 32_000;
    private static final int LONGEST_TOKEN = 1000;
    private static final int MOST = 200;

    private final List<FieldError> unreadable;
    private final List<FieldError> problems;

    OrderRules() {
        this(List.of());
    }

    /** @param unreadable what is known to be wrong: those fields are not there any more, which is not told in addition */
    OrderRules(List<FieldError> unreadable) {
        this.unreadable = unreadable;
        this.problems = new ArrayList<>(unreadable);
    }

    void problem(String field, String message) {
        if (unreadable.stream().noneMatch(known -> touches(known.field(), field))) {
            problems.add(new FieldError(field, message));
        }
    }

    private static boolean touches(String known, String field) {
        return (field + ".").startsWith(known + ".") || known.startsWith(field + ".");
    }

    void done() {
        if (!problems.isEmpty()) {
            throw PlatformException.invalid("Invalid request", problems);
        }
    }

    boolean clean() {
        return problems.isEmpty();
    }

    /** @param frameworks ids of those there are */
    Spec check(Order order, List<String> frameworks) {
        if (order.name() == null || !NAME.matcher(order.name()).matches()) {
            problem("name", "Invalid name. Must be 3 to 50 letters, digits, hyphens and underscores");
        }
        Optional<Machine> machine = Machine.of(order.machine());
        if (machine.isEmpty()) {
            problem("deployment_type", "Invalid deployment_type. Must be 'vm' or 'lxc'");
        }
        if (order.framework() == null || !frameworks.contains(order.framework())) {
            problem("framework", "Invalid framework. Must be one of " + String.join(", ", frameworks));
        }
        String repository = repository(order.repository());
        range(
                "cores",
                order.cores(),
                "",
                machine,
                machine.map(Machine::cores).orElse(Machine.VM.cores().or(Machine.LXC.cores())));
        range(
                "memory",
                order.memory(),
                " MB",
                machine,
                machine.map(Machine::memory).orElse(Machine.VM.memory().or(Machine.LXC.memory())));
        range(
                "disk",
                order.disk(),
                " GB",
                machine,
                machine.map(Machine::disk).orElse(Machine.VM.disk().or(Machine.LXC.disk())));
        ref(order.ref());
        token(order.token());
        probePath(order.probePath());
        variables("env", order.env());
        variables("secrets", order.secrets());
        variables("build_env", order.buildEnv());
        variables("build_secrets", order.buildSecrets());
        return problems.isEmpty()
                ? new Spec(
                        order.name(),
                        machine.orElseThrow(),
                        order.framework(),
                        repository,
                        order.ref(),
                        order.cores(),
                        order.memory(),
                        order.disk(),
                        order.probePath(),
                        sorted(order.env()),
                        sorted(order.buildEnv()),
                        Map.of())
                : null;
    }

    /** Without what may follow it: the same repository has one address. */
    private String repository(String text) {
        Matcher matcher = text == null ? null : REPOSITORY.matcher(text);
        boolean good = matcher != null
                && matcher.matches()
                && !matcher.group(1).matches(".*/\\.{1,2}")
                && !matcher.group(1).contains("..");
        if (!good) {
            problem("github_url", "Invalid GitHub URL");
            return null;
        }
        return matcher.group(1);
    }

    private void range(String name, Integer value, String unit, Optional<Machine> machine, Range range) {
        if (value == null || !range.holds(value)) {
            problem(
                    "resources." + name,
                    "Invalid resources." + name + ". Must be " + range.least() + "-" + range.most() + unit
                            + machine.map(one -> " for " + one.name().toUpperCase(Locale.ROOT))
                                    .orElse(""));
        }
    }

    void ref(String ref) {
        if (ref != null && (!REF.matcher(ref).matches() || ref.contains(".."))) {
            problem("ref", "must be a tag, a branch or a commit");
        }
    }

    void token(String token) {
        boolean bad = token != null
                && (token.isEmpty()
                        || token.length() > LONGEST_TOKEN
                        || !token.chars().allMatch(c -> c > ' ' && c < 127));
        if (bad) {
            problem("token", "must be 1 to " + LONGEST_TOKEN + " printable characters");
        }
    }

    void probePath(String path) {
        if (path != null && !PATH.matcher(path).matches()) {
            problem("probe_path", "must begin with / and hold no blanks");
        }
    }

    /** Each wrong name is told, cut where it is long. */
    void variables(String field, Map<String, String> values) {
        if (values == null) {
            return;
        }
        if (values.size() > MOST) {
            problem(field, "must be at most " + MOST + " variables");
            return;
        }
        values.forEach((name, value) -> {
            if (!VARIABLE.matcher(name).matches()) {
                problem(field, shown(name) + " is not the name of an environment variable");
            } else if (name.equals("PORT") || name.equals("HOST") || name.startsWith("FORGE_")) {
                problem(field, name + " is set by the platform");
            } else if (value == null || value.length() > LONGEST_VALUE || value.indexOf('\0') >= 0) {
                problem(field, name + " must be a text of at most " + LONGEST_VALUE + " characters");
            }
        });
    }

    static String shown(String text) {
        String plain = text.replaceAll("\\p{Cntrl}", " ");
        return plain.length() > 60 ? plain.substring(0, 60) + "…" : plain;
    }

    static Map<String, String> sorted(Map<String, String> values) {
        return values == null ? Map.of() : new TreeMap<>(values);
    }
}
