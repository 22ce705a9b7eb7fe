package org.platformforge.gateway.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.platformforge.extension.api.driver.Driver.Problem;
import org.platformforge.extension.api.driver.ResourceSpec;

/** What the properties of an {@code http-route} must look like. */
final class RouteRules {
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern UPSTREAM =
            Pattern.compile("([A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\\[[0-9A-Fa-f:.]{2,45}]):([0-9]{1,5})");
    private static final int MAX_PORT = 65_535;

    private RouteRules() {}

    static List<Problem> problems(ResourceSpec spec) {
        List<Problem> problems = new ArrayList<>();
        if (!LABEL.matcher(text(spec, "host")).matches()) {
            problems.add(new Problem(
                    "host",
                    "must be 1 to 63 lower-case letters, digits and hyphens, neither beginning nor ending with a"
                            + " hyphen"));
        }
        Matcher upstream = UPSTREAM.matcher(text(spec, "upstream"));
        if (!upstream.matches() || !isPort(upstream.group(3))) {
            problems.add(new Problem("upstream", "must be an address and a port, such as 127.0.0.1:20000"));
        }
        if (text(spec, "backend").isEmpty()) {
            problems.add(new Problem("backend", "must be the id of the resource behind the route"));
        }
        return problems;
    }

    private static boolean isPort(String digits) {
        int port = Integer.parseInt(digits);
        return port > 0 && port <= MAX_PORT;
    }

    static Route route(ResourceSpec spec) {
        return new Route(
                spec.tenantId(),
                spec.id(),
                spec.provisionId() == null ? "" : spec.provisionId(),
                text(spec, "host"),
                text(spec, "upstream"),
                text(spec, "backend"),
                text(spec, "service", spec.service()),
                text(spec, "environment", spec.environment()));
    }

    static String text(ResourceSpec spec, String property) {
        return text(spec, property, "");
    }

    private static String text(ResourceSpec spec, String property, String otherwise) {
        Map<String, Object> properties = spec.properties();
        return properties.get(property) instanceof String value && !value.isEmpty() ? value : otherwise;
    }
}
