package org.platformforge.pipelines.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.jobs.Cron;
import org.platformforge.pipelines.domain.Pipeline.Settings;
import org.platformforge.pipelines.trigger.Branches;

/** Collects everything that is wrong with a draft. For one thread. */
final class DraftCheck {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,254}");
    private static final Pattern REF = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]{0,254}");
    private static final Pattern FRAMEWORK = Pattern.compile("[a-z0-9][a-z0-9.-]{0,127}");
    private static final String UTC = "UTC";
    /** Names of default branches. */
    private static final List<String> USUAL = List.of("main", "master");

    private static final int MOST = 50;
    private static final int MOST_SECRETS = 200;
    private static final int LONGEST_SECRET = 16_000;

    private final List<FieldError> problems = new ArrayList<>();

    void problem(String field, String message) {
        problems.add(new FieldError(field, message));
    }

    List<FieldError> problems() {
        return List.copyOf(problems);
    }

    static boolean isName(String text) {
        return text != null && NAME.matcher(text).matches();
    }

    static boolean isRef(String text) {
        return REF.matcher(text).matches() && !text.contains("..") && !text.contains("//");
    }

    String name(String field, String value) {
        if (!isName(value)) {
            problem(
                    field,
                    "must be 1 to 63 lower-case letters, digits and hyphens, neither beginning nor ending with a"
                            + " hyphen");
        }
        return value;
    }

    String repository(String value) {
        boolean good = value != null
                && !value.isBlank()
                && value.length() <= 1000
                && value.chars().allMatch(c -> c > ' ' && c < 127);
        if (!good) {
            problem("repository", "must be the address of a repository, such as github.com/org/my-app");
        }
        return good ? value : null;
    }

    List<String> environments(List<String> values) {
        if (values == null || values.isEmpty() || values.size() > MOST) {
            problem("environments", "must be a list of 1 to " + MOST + " names, in the order of promotion");
            return List.of();
        }
        for (String value : values) {
            name("environments", value);
        }
        if (values.stream().distinct().count() != values.size()) {
            problem("environments", "must not name one twice");
        }
        return problems.isEmpty() ? List.copyOf(values) : List.of();
    }

    /** @return null for null */
    String ref(String field, String value) {
        if (value != null && !isRef(value)) {
            problem(field, "must be a branch, a tag or a commit");
        }
        return value;
    }

    Settings settings(PipelineDraft draft, Cron cron) {
        List<String> approvals = draft.approvals() == null ? List.of() : draft.approvals();
        List<String> environments = draft.environments() == null ? List.of() : draft.environments();
        if (!environments.containsAll(approvals)) {
            problem("approvals", "must be names of the pipeline's environments");
        }
        List<String> usual = draft.branch() == null ? USUAL : List.of(draft.branch());
        List<String> pushes = draft.pushBranches() == null ? usual : draft.pushBranches();
        if (pushes.size() > MOST || pushes.stream().anyMatch(one -> one == null || !Branches.isPattern(one))) {
            problem(
                    "push_branches",
                    "must be at most " + MOST + " names of branches, with * for any characters, such as release/*");
        }
        String zone = draft.zone() == null ? UTC : draft.zone();
        schedule(cron, draft.cron(), zone);
        return new Settings(
                ref("branch", draft.branch()),
                problems.isEmpty() ? List.copyOf(pushes) : List.of(),
                problems.isEmpty() ? approvals.stream().distinct().toList() : List.of(),
                Boolean.TRUE.equals(draft.preventSelfApproval()),
                Boolean.TRUE.equals(draft.cancelInProgress()),
                draft.cron(),
                draft.cron() == null ? null : zone,
                framework(draft.framework()));
    }

    private String framework(String id) {
        if (id != null && !FRAMEWORK.matcher(id).matches()) {
            problem("framework", "must be the id of a framework, such as express");
        }
        return id;
    }

    private void schedule(Cron reader, String cron, String zone) {
        try {
            reader.zone(zone);
        } catch (IllegalArgumentException e) {
            problem("schedule.time_zone", e.getMessage());
            return;
        }
        if (cron != null) {
            try {
                reader.schedule(cron, zone);
            } catch (IllegalArgumentException e) {
                problem("schedule.cron", e.getMessage());
            }
        }
    }

    void secrets(String token, Map<String, String> secrets) {
        if (token != null && (token.length() > 4000 || token.chars().anyMatch(c -> c <= ' ' || c >= 127))) {
            problem("token", "must have at most 4000 characters, none of them a blank");
        }
        boolean bad = secrets != null
                && (secrets.size() > MOST_SECRETS
                        || secrets.entrySet().stream()
                                .anyMatch(one -> !VARIABLE.matcher(one.getKey()).matches()
                                        || one.getValue() == null
                                        || one.getValue().length() > LONGEST_SECRET
                                        || one.getValue().indexOf('\0') >= 0));
        if (bad) {
            problem(
                    "secrets",
                    "must be an object of at most " + MOST_SECRETS + " texts of at most " + LONGEST_SECRET
                            + " characters; its names are letters, digits and underscores");
        }
    }
}
