package org.platformforge.kernel.http.chain;

import java.io.ByteArrayInputStream;
import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import javax.servlet.http.HttpServletRequest;
import javax.ws.rs.WebApplicationException;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.extension.ExternalRoutes;
import org.platformforge.kernel.http.dialect.RenderContext;
import org.platformforge.kernel.http.generation.ExternalGeneration;
import org.platformforge.kernel.http.generation.Generation;
import org.platformforge.kernel.http.generation.Invocation;
import org.platformforge.kernel.http.generation.NotExecuted;
import org.platformforge.kernel.http.generation.Route;

/**
 * Routes of an extension in the process the extension runs in: made of its resources, bound, validated, called and written
 * by the same code as in the platform. Thread-safe.
 */
public final class HostedRoutes implements ExternalRoutes {
    private static final byte[] NOTHING = new byte[0];

    private final Map<String, Route> routes = new HashMap<>();
    private final String description;
    private final Supplier<Caller> caller;

    /**
     * @param caller of the call this thread is in
     * @throws IllegalArgumentException naming everything that is wrong with the resources
     */
    public HostedRoutes(String extensionId, String version, List<Object> resources, Supplier<Caller> caller) {
        Generation generation = ExternalGeneration.host(extensionId, version, resources);
        generation
                .routes()
                .forEach(route -> routes.put(route.description().endpoint().operationId(), route));
        this.description = ExternalGeneration.describe(generation);
        this.caller = caller;
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public Answer answer(Request request) {
        Route route = routes.get(request.operationId());
        if (route == null) {
            return failed(false, new Failure(null, 404, null));
        }
        ExtensionCall call = new ExtensionCall(
                route,
                new Invocation(
                        http(request),
                        null,
                        request.path(),
                        request.values().toArray(new String[0]),
                        caller.get(),
                        route.readsBody() ? new ByteArrayInputStream(request.body()) : null),
                new RenderContext(request.dialect(), request.requestId(), request.path(), request.problemJson()));
        try {
            org.platformforge.kernel.http.chain.Answer answer = call.call();
            return new Answer(
                    true,
                    answer.status(),
                    answer.contentType(),
                    answer.headers(),
                    answer.body() == null ? NOTHING : answer.body(),
                    null);
        } catch (NotExecuted e) {
            return failed(false, failure(e.getCause()));
        } catch (Exception e) {
            return failed(call.isExecuted(), failure(e));
        }
    }

    private static Answer failed(boolean executed, Failure failure) {
        return new Answer(executed, 0, null, Map.of(), NOTHING, failure);
    }

    private static Failure failure(Throwable failure) {
        if (failure instanceof PlatformException known) {
            return new Failure(known, 0, null);
        }
        if (failure instanceof WebApplicationException web) {
            return new Failure(null, web.getResponse().getStatus(), null);
        }
        if (failure instanceof java.io.IOException) {
            // the translator takes what could not be read for the client's mistake
            return new Failure(null, 400, null);
        }
        StringBuilder text = new StringBuilder(String.valueOf(failure.getMessage()));
        for (StackTraceElement line : failure.getStackTrace()) {
            if (text.length() > 2000 || line.getClassName().startsWith(HostedRoutes.class.getPackageName())) {
                break;
            }
            text.append("\n\tat ").append(line);
        }
        return new Failure(null, 0, text.toString());
    }

    /** What CXF and the extension ask of a request, and nothing else. */
    private static HttpServletRequest http(Request request) {
        return (HttpServletRequest) Proxy.newProxyInstance(
                HostedRoutes.class.getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getMethod" -> request.method();
                    case "getQueryString" -> request.query();
                    case "getRequestURL" -> new StringBuffer(request.url());
                    case "getContentType" -> first(request, "Content-Type");
                    case "getHeader" -> first(request, (String) arguments[0]);
                    case "getHeaders" -> Collections.enumeration(all(request, (String) arguments[0]));
                    case "getHeaderNames" ->
                        Collections.enumeration(request.headers().keySet());
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    private static Collection<String> all(Request request, String name) {
        return request.headers().entrySet().stream()
                .filter(header -> header.getKey().equalsIgnoreCase(name))
                .findFirst()
                .map(Map.Entry::getValue)
                .orElse(List.of());
    }

    private static String first(Request request, String name) {
        return all(request, name).stream().findFirst().orElse(null);
    }
}
