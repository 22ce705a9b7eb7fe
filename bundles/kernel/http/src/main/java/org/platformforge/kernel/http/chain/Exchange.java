package org.platformforge.kernel.http.chain;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.extension.ExtensionRouting;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.security.IdempotencyKeys;
import org.platformforge.kernel.api.security.RateLimiter;
import org.platformforge.kernel.api.trace.TraceContext;
import org.platformforge.kernel.http.config.HttpSettings;
import org.platformforge.kernel.http.dialect.RenderContext;
import org.platformforge.kernel.http.generation.Admission;
import org.platformforge.kernel.http.generation.Route;
import org.platformforge.kernel.http.hygiene.BodyReader;

/** One request on its way through the chain. Used by one thread at a time. */
final class Exchange {
    private final HttpServletRequest request;
    private final HttpServletResponse response;
    private final HttpSettings.Current settings;
    private final String path;
    private final BodyWaiters bodyWaiters;
    private final long started = System.nanoTime();

    String requestId = "";
    TraceContext trace;
    String remoteAddress;
    Dialect dialect;
    boolean problemJson;
    Admission admission;
    Route route;
    ExtensionRouting.Selection extension;
    String[] pathValues;
    Caller caller;
    RateLimiter.Decision rateLimit;
    Answer answer;
    Refusal refusal;
    String allow;
    IdempotencyKeys.Begin.Execute idempotency;
    Object result;
    boolean executed;
    boolean replayed;
    private boolean inside;
    private byte[] body;

    /** @param path the canonical path, still encoded */
    Exchange(
            HttpServletRequest request,
            HttpServletResponse response,
            String path,
            HttpSettings.Current settings,
            BodyWaiters bodyWaiters) {
        this.bodyWaiters = bodyWaiters;
        this.request = request;
        this.response = response;
        this.path = path;
        this.settings = settings;
    }

    HttpServletRequest request() {
        return request;
    }

    HttpServletResponse response() {
        return response;
    }

    HttpSettings.Current settings() {
        return settings;
    }

    String path() {
        return path;
    }

    /** {@code System.nanoTime()} when the request came in. */
    long started() {
        return started;
    }

    boolean isHead() {
        return request.getMethod().equals("HEAD");
    }

    boolean isStreaming() {
        return route != null && route.streaming();
    }

    /** Whether the method changes nothing by its definition (RFC 9110, 9.2.1). */
    boolean isSafe() {
        return switch (request.getMethod()) {
            case "GET", "HEAD", "OPTIONS" -> true;
            default -> false;
        };
    }

    /**
     * Takes the route, whose generation is not closed from now on until {@link #leave}.
     *
     * @return false when it is closed already
     */
    boolean enter(Route found, String[] values) {
        if (!found.generation().inFlight().enter()) {
            return false;
        }
        inside = true;
        route = found;
        admission = found;
        dialect = found.dialect();
        pathValues = values;
        return true;
    }

    /** Nothing of the generation is needed any more. Repeated calls change nothing. */
    void leave() {
        if (inside) {
            inside = false;
            route.generation().inFlight().exit();
        }
    }

    /** The whole body, read once and limited by the route. */
    byte[] body() throws IOException {
        if (body == null) {
            long length = request.getContentLengthLong();
            int max = settings.maxBody(route.maxBody());
            try (BodyWaiters.Place place = waitForBody(length, max)) {
                body = BodyReader.readFully(request.getInputStream(), length, max);
            }
        }
        return body;
    }

    private BodyWaiters.Place waitForBody(long length, int max) throws IOException {
        boolean arrived = length >= 0 && request.getInputStream().available() >= length;
        return arrived || length > max ? () -> {} : bodyWaiters.enter(client());
    }

    /**
     * For the time in which a resource reads the body itself: it waits for the client as the platform would.
     *
     * @throws org.platformforge.kernel.api.PlatformException RATE_LIMITED when too many wait already
     */
    BodyWaiters.Place bodyPlace() throws IOException {
        return body == null && route.streamsBody()
                ? waitForBody(request.getContentLengthLong(), settings.maxBody(route.maxBody()))
                : () -> {};
    }

    private String client() {
        return caller == null || caller.scheme() == Caller.Scheme.NONE
                ? "address " + remoteAddress
                : caller.tenantId() + ' ' + caller.subject();
    }

    /** The body for the resource: from memory when it was read, else limited while it is read. */
    InputStream bodyStream() throws IOException {
        if (body != null || !route.streamsBody()) {
            return new ByteArrayInputStream(body());
        }
        return BodyReader.limited(
                request.getInputStream(), request.getContentLengthLong(), settings.maxBody(route.maxBody()));
    }

    RenderContext renderContext() {
        return new RenderContext(dialect, requestId, path, problemJson);
    }
}
