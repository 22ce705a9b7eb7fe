package org.platformforge.kernel.http.chain;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.servlet.http.HttpServletRequest;
import javax.ws.rs.WebApplicationException;
import org.platformforge.kernel.api.extension.ExternalRoutes;
import org.platformforge.kernel.http.dialect.RenderContext;
import org.platformforge.kernel.http.generation.Invocation;
import org.platformforge.kernel.http.generation.NotExecuted;
import org.platformforge.kernel.http.generation.Operation;
import org.platformforge.kernel.http.generation.Route;

/** A request that is answered by a release in a process of its own. What comes back is checked as if a stranger had sent it. */
final class ExternalCall implements ReleaseCall {
    private static final byte[] NOTHING = new byte[0];

    private final Route route;
    private final ExternalRoutes.Request request;
    private volatile boolean executed;

    /** @param body null when the route reads none */
    ExternalCall(Route route, Invocation invocation, byte[] body, RenderContext context) {
        this.route = route;
        HttpServletRequest http = invocation.request();
        this.request = new ExternalRoutes.Request(
                route.external().operationId(),
                http.getMethod(),
                invocation.path(),
                List.of(invocation.values()),
                http.getQueryString(),
                http.getRequestURL().toString(),
                headers(http),
                context.dialect(),
                context.requestId(),
                context.problemJson(),
                body == null ? NOTHING : body);
    }

    private static Map<String, List<String>> headers(HttpServletRequest http) {
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String name : Collections.list(http.getHeaderNames())) {
            if (!Operation.CREDENTIALS.contains(name.toLowerCase(Locale.ROOT))) {
                headers.put(name, new ArrayList<>(Collections.list(http.getHeaders(name))));
            }
        }
        return headers;
    }

    @Override
    public boolean isExecuted() {
        return executed;
    }

    @Override
    public Answer call() throws Exception {
        executed = true;
        ExternalRoutes.Answer given = route.external().routes().answer(request);
        if (given.failure() != null) {
            executed = given.executed();
            Exception failure = failure(given.failure());
            throw executed ? failure : new NotExecuted(failure);
        }
        Answer answer = given.contentType() == null
                ? new Answer(given.status())
                : Answer.of(given.status(), given.contentType(), given.body());
        given.headers().forEach((name, values) -> values.forEach(value -> answer.header(name, value)));
        return ExtensionAnswer.of(route, answer);
    }

    private static Exception failure(ExternalRoutes.Failure failure) {
        if (failure.known() != null) {
            return failure.known();
        }
        return failure.status() >= 400 && failure.status() < 600
                ? new WebApplicationException(failure.status())
                : ExtensionFailedException.told(failure.text());
    }
}
