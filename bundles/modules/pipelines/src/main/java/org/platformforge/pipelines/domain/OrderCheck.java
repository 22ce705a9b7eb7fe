package org.platformforge.pipelines.domain;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.pipelines.domain.Run.Cause;
import org.platformforge.pipelines.domain.Run.Deploy;
import org.platformforge.pipelines.domain.Run.Trigger;
import org.platformforge.pipelines.domain.RunService.Order;

/** What somebody says who starts a run. What a definition makes of its own parameters is found out with it. Stateless. */
final class OrderCheck {
    private static final int LONGEST_TEXT = 4000;
    private static final int MOST_PARAMETERS = 50;

    private OrderCheck() {}

    /**
     * @throws PlatformException {@code VALIDATION} with every wrong field; {@code FORBIDDEN} for who may not approve what is to
     *     be deployed immediately
     */
    static Cause cause(Caller caller, Pipeline pipeline, Order order) {
        DraftCheck check = new DraftCheck();
        String branch = order.branch() == null ? pipeline.settings().branch() : order.branch();
        check.ref("branch", branch);
        if (order.environment() != null && !pipeline.environments().contains(order.environment())) {
            check.problem("environment", "Environment '" + shortened(order.environment()) + "' does not exist");
        }
        Map<String, Object> given = new TreeMap<>();
        if (order.parameters() != null) {
            order.parameters().forEach((name, value) -> {
                if (value != null) {
                    given.put(name, value);
                }
            });
        }
        boolean skip = Boolean.TRUE.equals(flag(given, "skip_tests", check));
        Deploy deploy = deploy(flag(given, "deploy_immediately", check));
        checkOwn(given, check);
        if (deploy == Deploy.IMMEDIATELY && pipeline.settings().preventSelfApproval()) {
            check.problem(
                    "parameters.deploy_immediately",
                    "cannot be true: the pipeline wants deployments approved by somebody else");
        }
        List<FieldError> problems = check.problems();
        if (!problems.isEmpty()) {
            throw PlatformException.invalid("Invalid request parameters", problems);
        }
        if (deploy == Deploy.IMMEDIATELY) {
            caller.require("pipeline:approve");
        }
        return new Cause(Trigger.MANUAL, branch, branch, order.environment(), skip, deploy, given, null);
    }

    private static String shortened(String text) {
        String plain = text.replaceAll("\\p{Cntrl}", " ");
        return plain.length() > 63 ? plain.substring(0, 63) + "…" : plain;
    }

    /** Taken out of the others. @return what it is; null for none */
    private static Object flag(Map<String, Object> given, String name, DraftCheck check) {
        Object value = given.remove(name);
        if (value != null && !(value instanceof Boolean)) {
            check.problem("parameters." + name, "must be true or false");
        }
        return value;
    }

    private static Deploy deploy(Object immediately) {
        if (immediately == null) {
            return Deploy.AS_DEFINED;
        }
        return Boolean.TRUE.equals(immediately) ? Deploy.IMMEDIATELY : Deploy.AFTER_APPROVAL;
    }

    private static void checkOwn(Map<String, Object> given, DraftCheck check) {
        if (given.size() > MOST_PARAMETERS) {
            check.problem("parameters", "must have at most " + MOST_PARAMETERS + " entries");
        }
        given.forEach((name, value) -> {
            boolean good = value instanceof Boolean
                    || value instanceof Number
                    || value instanceof String text && text.length() <= LONGEST_TEXT && text.indexOf('\0') < 0;
            if (!good || !name.matches("[a-z][a-z0-9_]{0,62}")) {
                check.problem(
                        "parameters." + shortened(name),
                        "must be a text of at most " + LONGEST_TEXT + " characters, a number, true or false; its name"
                                + " lower-case letters, digits and underscores");
            }
        });
    }
}
