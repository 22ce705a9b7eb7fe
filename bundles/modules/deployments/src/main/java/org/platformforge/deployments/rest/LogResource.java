package org.platformforge.deployments.rest;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import javax.ws.rs.GET;
import javax.ws.rs.HeaderParam;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.QueryParam;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.deployments.domain.Deployment;
import org.platformforge.deployments.domain.Deployments;
import org.platformforge.deployments.domain.LogEntry;
import org.platformforge.deployments.domain.LogKeeper;
import org.platformforge.deployments.domain.Settings;
import org.platformforge.deployments.rest.Views.LogsView;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Drain;
import org.platformforge.kernel.api.http.Endpoint;

/** Document 003, "Logs"; live as server-sent events, and kept after the instances are gone. */
@Component(service = LogResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.PAAS, tag = "Deployments")
@Path("/api/deployments/{deployment_id}/logs")
public class LogResource {
    private static final String SSE = "text/event-stream";
    private static final int DEFAULT_LINES = 1000;
    private static final int MOST_LINES = 10_000;

    private final Deployments deployments;
    private final LogKeeper logs;
    private final Settings settings;
    private final StreamPlaces places;

    @Activate
    public LogResource(@Reference Deployments deployments, @Reference LogKeeper logs, @Reference Settings settings) {
        this.deployments = deployments;
        this.logs = logs;
        this.settings = settings;
        this.places = new StreamPlaces(() -> settings.now().streams());
    }

    /** JSON, or server-sent events for who accepts them: then {@code Last-Event-ID} counts like {@code after}. */
    @GET
    @Produces({MediaType.APPLICATION_JSON, SSE})
    @Endpoint(
            operationId = "getDeploymentLogs",
            summary = "The last lines (tail) or those after a number, or all of them live as text/event-stream",
            permission = "deployment:read",
            response = LogsView.class,
            streaming = true,
            errors = {ErrorKind.VALIDATION, ErrorKind.NOT_FOUND, ErrorKind.UNAVAILABLE})
    public Response logs(
            @Context Caller caller,
            @HeaderParam(HttpHeaders.ACCEPT) String accept,
            @HeaderParam("Last-Event-ID") String lastEventId,
            @PathParam("deployment_id") String id,
            @QueryParam("after") Long after,
            @QueryParam("tail") Integer tail,
            @Context Drain drain) {
        Deployment deployment = deployments.current(caller, id);
        long from = Math.max(0, after == null ? 0 : after);
        if (accept != null && accept.toLowerCase(Locale.ROOT).contains(SSE)) {
            return stream(caller, deployment, Math.max(from, lastEvent(lastEventId)), drain);
        }
        logs.collect(deployment);
        int lines = Math.max(1, Math.min(MOST_LINES, tail == null ? DEFAULT_LINES : tail));
        List<LogEntry> found = after == null ? logs.tail(deployment, lines) : logs.after(deployment, from, lines);
        long next = found.isEmpty() ? from : found.get(found.size() - 1).sequence();
        String text = found.stream().map(WireMapper::line).collect(Collectors.joining("\n"));
        return Response.ok(
                        new LogsView(text, next, WireMapper.wire(deployment.status())), MediaType.APPLICATION_JSON_TYPE)
                .build();
    }

    private static long lastEvent(String last) {
        if (last == null || last.isBlank()) {
            return 0;
        }
        try {
            return Math.max(0, Long.parseLong(last.trim()));
        } catch (NumberFormatException e) {
            throw PlatformException.invalid("Last-Event-ID", "must be the id of an event of this stream");
        }
    }

    private Response stream(Caller caller, Deployment deployment, long after, Drain drain) {
        if (places.full(caller.tenantId())) {
            throw PlatformException.of(ErrorKind.UNAVAILABLE, "Too many log streams are open; read the log as JSON")
                    .withRetryAfter(Duration.ofSeconds(5));
        }
        Duration longest = Duration.ofSeconds(Math.max(1, settings.now().stream_seconds()));
        LogStream stream = new LogStream(
                () -> deployments.current(caller, deployment.id()),
                logs,
                places,
                caller.tenantId(),
                longest,
                drain,
                after);
        return Response.ok(stream, SSE)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .header("X-Accel-Buffering", "no")
                .build();
    }
}
