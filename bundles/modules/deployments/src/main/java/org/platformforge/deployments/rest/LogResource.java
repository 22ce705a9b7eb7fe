package org.platformforge.deployments.rest;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
import javax.ws.rs.core.StreamingOutput;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.deployments.domain.Deployment;
import org.platformforge.deployments.domain.Deployments;
import org.platformforge.deployments.domain.LogEntry;
import org.platformforge.deployments.domain.LogKeeper;
import org.platformforge.deployments.domain.Settings;
import org.platformforge.deployments.domain.Status;
import org.platformforge.deployments.rest.Views.LogsView;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Drain;
import org.platformforge.kernel.api.http.Endpoint;
import org.platformforge.kernel.api.http.LogStreams;

/** Document 003, "Logs"; live as server-sent events, and kept after the instances are gone. */
@Component(service = LogResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.PAAS, tag = "Deployments")
@Path("/api/deployments/{deployment_id}/logs")
public class LogResource {
    private static final String SSE = LogStreams.SSE;
    private static final int BATCH = 200;
    private static final int DEFAULT_LINES = 1000;
    private static final int MOST_LINES = 10_000;

    private final Deployments deployments;
    private final LogKeeper logs;
    private final Settings settings;
    private final LogStreams streams;
    private final LogStreams.Places places;

    @Activate
    public LogResource(
            @Reference Deployments deployments,
            @Reference LogKeeper logs,
            @Reference Settings settings,
            @Reference LogStreams streams) {
        this.deployments = deployments;
        this.logs = logs;
        this.settings = settings;
        this.streams = streams;
        this.places = streams.places(() -> settings.now().streams());
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
        if (streams.accepts(accept)) {
            return stream(caller, deployment, Math.max(from, streams.lastEvent(lastEventId, 0)), drain);
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

    private Response stream(Caller caller, Deployment deployment, long after, Drain drain) {
        Duration longest = Duration.ofSeconds(Math.max(1, settings.now().stream_seconds()));
        LogStreams.Stream stream = streams.open(
                places,
                new LogStreams.Request(caller.tenantId(), longest, drain, after),
                number -> part(deployments.current(caller, deployment.id()), number));
        return Response.ok((StreamingOutput) stream::write, SSE)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .header("X-Accel-Buffering", "no")
                .build();
    }

    /** @param now its state first: whatever was written before the end is then seen by the read that follows */
    private LogStreams.Part part(Deployment now, long number) {
        logs.collect(now);
        List<LogEntry> found = logs.after(now, number, BATCH);
        boolean more = found.size() >= BATCH;
        boolean over = !more && !now.work().busy() && now.status() != Status.RUNNING;
        return new LogStreams.Part(
                found.stream()
                        .map(line -> new LogStreams.Line(line.sequence(), fields(line)))
                        .toList(),
                found.isEmpty() ? number : found.get(found.size() - 1).sequence(),
                more,
                over ? WireMapper.wire(now.status()) : null);
    }

    private static Map<String, Object> fields(LogEntry line) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("sequence", line.sequence());
        fields.put("at", line.at());
        fields.put("stage", WireMapper.wire(line.stage()));
        fields.put("source", line.source());
        fields.put("text", line.line());
        return fields;
    }
}
