package org.platformforge.infrastructure.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.ws.rs.GET;
import javax.ws.rs.HeaderParam;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.QueryParam;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.StreamingOutput;
import javax.ws.rs.core.UriInfo;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.infrastructure.logs.LogConfig;
import org.platformforge.infrastructure.logs.LogEntry;
import org.platformforge.infrastructure.logs.LogQuery;
import org.platformforge.infrastructure.logs.LogService;
import org.platformforge.infrastructure.logs.LogStore;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Drain;
import org.platformforge.kernel.api.http.Endpoint;
import org.platformforge.kernel.api.http.Links;
import org.platformforge.kernel.api.http.LogStreams;

/**
 * Document 004, "Logs": of the applications of the caller's tenant; those of the platform itself are in the platform's own tenant, for those
 * who run it.
 */
@Component(service = LogResource.class, property = "osgi.jaxrs.resource=true", configurationPid = LogConfig.PID)
@Api(dialect = Dialect.INFRASTRUCTURE, tag = "Infrastructure")
@Path("/api/v1/infrastructure/logs")
public class LogResource {
    private static final String SSE = LogStreams.SSE;

    private final LogService log;
    private final LogStreams streams;
    private final LogStreams.Places places;
    private volatile LogConfig config;

    /** What does not apply to a line is left out. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record LogView(
            Instant timestamp,
            String level,
            String service,
            String environment,
            String instance,
            String logger,
            String requestId,
            String message,
            String stackTrace) {
        public static LogView of(LogEntry entry) {
            return new LogView(
                    entry.timestamp(),
                    entry.level(),
                    entry.service(),
                    entry.environment(),
                    entry.instance(),
                    entry.logger(),
                    entry.requestId(),
                    entry.message(),
                    entry.stackTrace());
        }
    }

    /**
     * @param logs newest first
     * @param count in this answer
     * @param total that match from here on; at least so many where {@code total_capped}
     * @param nextCursor null on the last page
     */
    public record LogList(List<LogView> logs, int count, long total, boolean totalCapped, String nextCursor) {}

    @Activate
    public LogResource(@Reference LogService log, @Reference LogStreams streams, LogConfig config) {
        this.log = log;
        this.streams = streams;
        this.config = config;
        this.places = streams.places(() -> this.config.streams());
    }

    @Modified
    void modified(LogConfig changed) {
        config = changed;
    }

    /** JSON, or server-sent events of what comes from now on for who accepts them, and after {@code Last-Event-ID}. */
    @GET
    @Produces({MediaType.APPLICATION_JSON, SSE})
    @Endpoint(
            operationId = "getInfrastructureLogs",
            summary = "Lines of the log, newest first, or what comes from now on as text/event-stream",
            permission = "infrastructure:read",
            response = LogList.class,
            streaming = true,
            errors = {ErrorKind.VALIDATION, ErrorKind.UNAVAILABLE})
    public Response get(
            @Context Caller caller,
            @Context UriInfo uri,
            @Context Drain drain,
            @HeaderParam(HttpHeaders.ACCEPT) String accept,
            @HeaderParam("Last-Event-ID") String lastEventId,
            @QueryParam("level") String level,
            @QueryParam("from") String from,
            @QueryParam("to") String to,
            @QueryParam("service") String service,
            @QueryParam("environment") String environment,
            @QueryParam("text") String text,
            @QueryParam("limit") Integer limit,
            @QueryParam("cursor") String cursor) {
        LogQuery query = LogQueries.query(level, from, to, service, environment, text, limit, cursor);
        if (streams.accepts(accept)) {
            return stream(caller, query, streams.lastEvent(lastEventId, -1), drain);
        }
        LogStore.Found found = log.find(caller, query, LogQueries.before(cursor));
        List<LogView> logs =
                found.lines().stream().map(line -> LogView.of(line.entry())).toList();
        String next = found.next() == 0 ? null : LogQueries.cursor(found.next());
        Response.ResponseBuilder answer = Response.ok(
                new LogList(logs, logs.size(), found.total(), found.capped(), next), MediaType.APPLICATION_JSON_TYPE);
        return (next == null ? answer : answer.header(HttpHeaders.LINK, Links.next(uri.getRequestUri(), next))).build();
    }

    private Response stream(Caller caller, LogQuery query, long lastEvent, Drain drain) {
        long after = lastEvent < 0 ? log.last(caller) : lastEvent;
        Duration longest = Duration.ofSeconds(Math.max(1, config.stream_seconds()));
        LogStreams.Stream stream = streams.open(
                places,
                new LogStreams.Request(caller.tenantId(), longest, drain, after),
                number -> part(log.after(caller, number, query)));
        return Response.ok((StreamingOutput) stream::write, SSE)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .header("X-Accel-Buffering", "no")
                .build();
    }

    private static LogStreams.Part part(LogStore.Tail tail) {
        List<LogStreams.Line> lines = tail.lines().stream()
                .map(line -> new LogStreams.Line(line.number(), fields(line.entry())))
                .toList();
        return new LogStreams.Part(lines, tail.next(), !lines.isEmpty(), null);
    }

    private static Map<String, Object> fields(LogEntry entry) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("timestamp", entry.timestamp());
        fields.put("level", entry.level());
        fields.put("service", entry.service());
        fields.put("environment", entry.environment());
        fields.put("instance", entry.instance());
        fields.put("logger", entry.logger());
        fields.put("request_id", entry.requestId());
        fields.put("message", entry.message());
        fields.put("stack_trace", entry.stackTrace());
        return fields;
    }
}
