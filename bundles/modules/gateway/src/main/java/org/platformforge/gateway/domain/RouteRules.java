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
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final int MAX_PORT = 65_535;
    private static final String UPSTREAMS = "upstreams";
    private static final int MOST = 100;
    private static final int HEAVIEST = 1_000_000;

    private RouteRules() {}

    static List<Problem> problems(ResourceSpec spec) {
        List<Problem> problems = new ArrayList<>();
        if (!LABEL.matcher(text(spec, "host")).matches()) {
            problems.add(new Problem(
                    "host",
                    "must be 1 to 63 lower-case letters, digits and hyphens, neither beginning nor ending with a"
                            + " hyphen"));
        }
        if (spec.properties().containsKey(UPSTREAMS)) {
            checkList(spec.properties().get(UPSTREAMS), problems);
            return problems;
        }
        if (!isAddress(text(spec, "upstream"))) {
            problems.add(new Problem("upstream", "must be an address and a port, such as 127.0.0.1:20000"));
        }
        if (!ID.matcher(text(spec, "backend")).matches()) {
            problems.add(new Problem("backend", "must be the id of the resource behind the route"));
        }
        return problems;
    }

    private static void checkList(Object given, List<Problem> problems) {
        boolean good = given instanceof List<?> list
                && !list.isEmpty()
                && list.size() <= MOST
                && list.stream().allMatch(RouteRules::isUpstream);
        if (!good || upstreams((List<?>) given).stream().allMatch(one -> one.weight() == 0)) {
            problems.add(new Problem(
                    UPSTREAMS,
                    "must be a list of 1 to " + MOST + " objects with an address and a port in address, the id of a"
                            + " resource in backend, and in weight a number from 0 to " + HEAVIEST
                            + " that is not 0 in all of them"));
        }
    }

    private static boolean isUpstream(Object given) {
        return given instanceof Map<?, ?> map
                && map.get("address") instanceof String address
                && isAddress(address)
                && map.get("backend") instanceof String backend
                && ID.matcher(backend).matches()
                && (!map.containsKey("weight")
                        || map.get("weight") instanceof Integer weight && weight >= 0 && weight <= HEAVIEST);
    }

    private static List<Upstream> upstreams(List<?> given) {
        return given.stream()
                .map(Map.class::cast)
                .map(map -> new Upstream(
                        (String) map.get("address"),
                        (String) map.get("backend"),
                        map.get("weight") instanceof Integer weight ? weight : 1))
                .toList();
    }

    private static boolean isAddress(String text) {
        Matcher upstream = UPSTREAM.matcher(text);
        return upstream.matches() && isPort(upstream.group(3));
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
                spec.properties().get(UPSTREAMS) instanceof List<?> list
                        ? upstreams(list)
                        : List.of(new Upstream(text(spec, "upstream"), text(spec, "backend"), 1)),
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
