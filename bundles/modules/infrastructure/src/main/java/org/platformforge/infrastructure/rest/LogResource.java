package org.platformforge.infrastructure.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import javax.ws.rs.GET;
import javax.ws.rs.HeaderParam;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.QueryParam;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
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
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Drain;
import org.platformforge.kernel.api.http.Endpoint;
import org.platformforge.kernel.api.http.Links;

/**
 * Document 004, "Logs": of the applications of the caller's tenant; those of the platform itself are in the platform's own tenant, for those
 * who run it.
 */
@Component(service = LogResource.class, property = "osgi.jaxrs.resource=true", configurationPid = LogConfig.PID)
@Api(dialect = Dialect.INFRASTRUCTURE, tag = "Infrastructure")
@Path("/api/v1/infrastructure/logs")
public class LogResource {
    private static final String SSE = "text/event-stream";

    private final LogService log;
    private final LogPlaces places = new LogPlaces();
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
    public LogResource(@Reference LogService log, LogConfig config) {
        this.log = log;
        this.config = config;
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
        if (accept != null && accept.toLowerCase(Locale.ROOT).contains(SSE)) {
            return stream(caller, query, lastEvent(lastEventId), drain);
        }
        LogStore.Found found = log.find(caller, query, LogQueries.before(cursor));
        List<LogView> logs =
                found.lines().stream().map(line -> LogView.of(line.entry())).toList();
        String next = found.next() == 0 ? null : LogQueries.cursor(found.next());
        Response.ResponseBuilder answer = Response.ok(
                new LogList(logs, logs.size(), found.total(), found.capped(), next), MediaType.APPLICATION_JSON_TYPE);
        return (next == null ? answer : answer.header(HttpHeaders.LINK, Links.next(uri.getRequestUri(), next))).build();
    }

    /** @return -1 for none */
    private static long lastEvent(String last) {
        if (last == null || last.isBlank()) {
            return -1;
        }
        try {
            return Math.max(0, Long.parseLong(last.strip()));
        } catch (NumberFormatException e) {
            throw PlatformException.invalid("Last-Event-ID", "must be the id of an event of this stream");
        }
    }

    private Response stream(Caller caller, LogQuery query, long lastEvent, Drain drain) {
        long after = lastEvent < 0 ? log.last(caller) : lastEvent;
        int most = config.streams();
        if (places.full(caller.tenantId(), most)) {
            throw PlatformException.of(ErrorKind.UNAVAILABLE, "Too many log streams are open; read the log as JSON")
                    .withRetryAfter(Duration.ofSeconds(5));
        }
        LogStream stream = new LogStream(
                number -> log.after(caller, number, query),
                () -> places.take(caller.tenantId(), most),
                () -> places.giveBack(caller.tenantId()),
                Duration.ofSeconds(Math.max(1, config.stream_seconds())),
                drain,
                after);
        return Response.ok(stream, SSE)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .header("X-Accel-Buffering", "no")
                .build();
    }
}
