package org.platformforge.kernel.http.generation;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.http.Endpoint;
import org.platformforge.kernel.http.route.PathTemplate;

/** What a route of an extension may not be although one of a module may. */
final class ExtensionRules {
    /** Bodies are held in memory. */
    static final int MAX_BODY = 10 << 20;

    private static final Pattern VERB = Pattern.compile("[a-z][a-z0-9_-]{0,39}");
    private static final Pattern OPERATION = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,99}");

    private ExtensionRules() {}

    /**
     * @param name what the author calls the method
     * @param template as its annotations say
     */
    static List<String> problems(String name, Endpoint endpoint, String template) {
        List<String> problems = new ArrayList<>();
        String permission = endpoint.permission();
        if (permission.equals(Endpoint.PUBLIC)) {
            problems.add("a route of an extension needs a caller, whose tenant has installed it");
        } else if (!permission.equals(Endpoint.ANY_CALLER)
                && !VERB.matcher(permission).matches()) {
            problems.add("the permission \"" + permission + "\" is no verb such as read");
        }
        if (!OPERATION.matcher(endpoint.operationId()).matches()) {
            problems.add("the operationId \"" + endpoint.operationId() + "\" is no name of letters, digits, - and _");
        }
        List<Caller.Scheme> schemes = List.of(endpoint.schemes());
        if (schemes.contains(Caller.Scheme.NONE) || schemes.contains(Caller.Scheme.SYSTEM)) {
            problems.add("a route of an extension needs a credential");
        }
        if (endpoint.scope() == Endpoint.Scope.PLATFORM) {
            problems.add("an extension reaches no further than the caller's tenant");
        }
        if (endpoint.rateLimits().length > 0) {
            problems.add("the limits of an extension are the platform's; leave rateLimits out");
        }
        if (endpoint.streaming()) {
            problems.add("answers of extensions are not streamed");
        }
        if (endpoint.maxBody() > MAX_BODY) {
            problems.add("maxBody is larger than " + MAX_BODY);
        }
        if (!isLinear(template)) {
            problems.add("matching " + template + " could take long; use one repetition in a segment, {id:[a-z0-9-]+},"
                    + " and check the rest by @Pattern");
        }
        return problems.stream().map(problem -> name + ": " + problem).toList();
    }

    /** Paths are matched on the server's threads. What is no template at all is somebody else's finding. */
    private static boolean isLinear(String template) {
        try {
            return PathTemplate.compile(template).isLinear();
        } catch (IllegalArgumentException e) {
            return true;
        }
    }
}
