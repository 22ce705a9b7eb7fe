package org.platformforge.kernel.jobs.rest;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import javax.ws.rs.GET;
import javax.ws.rs.HeaderParam;
import javax.ws.rs.POST;
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
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Drain;
import org.platformforge.kernel.api.http.Endpoint;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.Operations.LogLine;
import org.platformforge.kernel.jobs.JobsComponent;
import org.platformforge.kernel.jobs.JobsConfig;

/** The operations of the caller's tenant. */
@Component(service = OperationResource.class, property = "osgi.jaxrs.resource=true", configurationPid = JobsConfig.PID)
@Api(dialect = Dialect.PLATFORM_API, tag = "Operations")
@Path("/api/v1/operations")
@Produces(MediaType.APPLICATION_JSON)
public final class OperationResource {
    private static final String SSE = "text/event-stream";
    private static final int LOG_LINES = 500;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final int DEFAULT_WAIT = 30;
    private static final Duration WAIT_PIECE = Duration.ofMillis(500);

    private final JobsComponent operations;
    private final Places waiters;
    private final Places streams;
    private volatile int longestWait;
    private volatile LogStream.Limits streamLimits;

    @Activate
    public OperationResource(JobsConfig config, @Reference JobsComponent operations) {
        this.operations = operations;
        this.waiters = new Places(Math.max(1, config.waiters()));
        this.streams = new Places(Math.max(1, config.streams()));
        modified(config);
    }

    @Modified
    void modified(JobsConfig config) {
        waiters.resize(Math.max(1, config.waiters()));
        streams.resize(Math.max(1, config.streams()));
        longestWait = Math.max(1, config.wait_seconds());
        streamLimits = new LogStream.Limits(
                Duration.ofSeconds(Math.max(1, config.stream_heartbeat_seconds())),
                Duration.ofSeconds(Math.max(1, config.stream_seconds())),
                operations::closed);
    }

    @GET
    @Endpoint(
            operationId = "listOperations",
            summary = "Operations of the tenant, newest first",
            permission = "operation:read",
            response = OperationListView.class)
    public Response list(
            @Context Caller caller,
            @QueryParam("status") String status,
            @QueryParam("kind") String kind,
            @Context PageRequest request) {
        Page<Operation> page = operations.list(caller.tenantId(), blankToNull(kind), status(status), request);
        OperationListView body = new OperationListView(
                page.items().stream().map(OperationView::of).toList(),
                page.total(),
                request.limit(),
                request.cursor() == null ? request.offset() : 0,
                page.nextCursor().isPresent(),
                page.nextCursor().orElse(null));
        Response.ResponseBuilder response = Response.ok(body);
        page.nextCursor().ifPresent(next -> response.header(HttpHeaders.LINK, link(status, kind, request, next)));
        return response.build();
    }

    private static String link(String status, String kind, PageRequest request, String cursor) {
        StringBuilder next = new StringBuilder("</api/v1/operations?limit=").append(request.limit());
        parameter(next, "status", blankToNull(status));
        parameter(next, "kind", blankToNull(kind));
        parameter(next, "cursor", cursor);
        return next.append(">; rel=\"next\"").toString();
    }

    private static void parameter(StringBuilder uri, String name, String value) {
        if (value != null) {
            uri.append('&').append(name).append('=').append(URLEncoder.encode(value, StandardCharsets.UTF_8));
        }
    }

    private static Operation.Status status(String text) {
        if (text == null || text.isBlank()) {
            return null;
        }
        try {
            return Operation.Status.valueOf(text.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            List<String> known = Arrays.stream(Operation.Status.values())
                    .map(value -> value.name().toLowerCase(Locale.ROOT))
                    .toList();
            throw PlatformException.invalid("status", "must be one of " + String.join(", ", known));
        }
    }

    private static String blankToNull(String text) {
        return text == null || text.isBlank() ? null : text;
    }

    @GET
    @Path("/{id}")
    @Endpoint(
            operationId = "getOperation",
            summary = "An operation with its steps",
            permission = "operation:read",
            errors = ErrorKind.NOT_FOUND)
    public OperationView get(@Context Caller caller, @PathParam("id") String id) {
        return OperationView.of(found(caller, id));
    }

    private Operation found(Caller caller, String id) {
        return operations.find(caller.tenantId(), id).orElseThrow(() -> PlatformException.notFound("Operation", id));
    }

    /** Answers at once when all places to wait are taken: the caller asks again. */
    @GET
    @Path("/{id}/wait")
    @Endpoint(
            operationId = "waitForOperation",
            summary = "The operation when it has ended, or as it is when the timeout (in seconds) is over",
            permission = "operation:read",
            response = OperationView.class,
            errors = ErrorKind.NOT_FOUND)
    public Response await(
            @Context Caller caller,
            @PathParam("id") String id,
            @QueryParam("timeout") Integer timeout,
            @Context Drain drain) {
        int seconds = Math.max(0, Math.min(longestWait, timeout == null ? DEFAULT_WAIT : timeout));
        Operation operation = found(caller, id);
        if (!operation.status().finished() && seconds > 0 && waiters.take(caller.tenantId())) {
            try {
                operation = await(operation, Duration.ofSeconds(seconds), drain);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw PlatformException.of(ErrorKind.UNAVAILABLE, "The platform is being stopped")
                        .withRetryAfter(RETRY_AFTER);
            } finally {
                waiters.giveBack(caller.tenantId());
            }
        }
        Response.ResponseBuilder response = Response.ok(OperationView.of(operation));
        if (!operation.status().finished()) {
            response.header(HttpHeaders.RETRY_AFTER, RETRY_AFTER.toSeconds());
        }
        return response.build();
    }

    /** In pieces, because a drain of this module must not have to wait for it. */
    private Operation await(Operation operation, Duration longest, Drain drain) throws InterruptedException {
        long end = System.nanoTime() + longest.toNanos();
        Operation now = operation;
        long left = longest.toNanos();
        while (!now.status().finished() && left > 0 && !drain.begun() && !operations.closed()) {
            Duration piece = Duration.ofNanos(Math.min(left, WAIT_PIECE.toNanos()));
            now = operations.await(operation.tenantId(), operation.id(), piece);
            left = end - System.nanoTime();
        }
        return now;
    }

    @POST
    @Path("/{id}/cancel")
    @Endpoint(
            operationId = "cancelOperation",
            summary = "Ask for cancellation; what the operation created is undone",
            permission = "operation:cancel",
            status = 202,
            response = OperationView.class,
            errors = {ErrorKind.NOT_FOUND, ErrorKind.CONFLICT})
    public Response cancel(@Context Caller caller, @PathParam("id") String id) {
        return accepted(operations.cancel(caller, id));
    }

    @POST
    @Path("/{id}/retry")
    @Endpoint(
            operationId = "retryOperation",
            summary = "Run a failed operation again from its first step that is not completed",
            permission = "operation:cancel",
            status = 202,
            response = OperationView.class,
            errors = {ErrorKind.NOT_FOUND, ErrorKind.CONFLICT})
    public Response retry(@Context Caller caller, @PathParam("id") String id) {
        return accepted(operations.retry(caller, id));
    }

    private static Response accepted(Operation operation) {
        return Response.status(Response.Status.ACCEPTED)
                .header(HttpHeaders.LOCATION, "/api/v1/operations/" + operation.id())
                .header(HttpHeaders.RETRY_AFTER, RETRY_AFTER.toSeconds())
                .entity(OperationView.of(operation))
                .build();
    }

    /** JSON, or server-sent events for who accepts them: then {@code Last-Event-ID} counts like {@code after}. */
    @GET
    @Path("/{id}/logs")
    @Produces({MediaType.APPLICATION_JSON, SSE})
    @Endpoint(
            operationId = "getOperationLogs",
            summary = "Log lines after a sequence number, or all of them live as text/event-stream",
            permission = "operation:read",
            response = LogView.class,
            streaming = true,
            errors = {ErrorKind.NOT_FOUND, ErrorKind.UNAVAILABLE})
    public Response logs(
            @Context Caller caller,
            @HeaderParam(HttpHeaders.ACCEPT) String accept,
            @HeaderParam("Last-Event-ID") String lastEventId,
            @PathParam("id") String id,
            @QueryParam("after") Long after,
            @QueryParam("limit") Integer limit,
            @Context Drain drain) {
        Operation operation = found(caller, id);
        long from = Math.max(0, after == null ? 0 : after);
        if (wantsEvents(accept)) {
            return stream(new LogStream.Request(caller.tenantId(), id, Math.max(from, lastEvent(lastEventId))), drain);
        }
        int lines = Math.max(1, Math.min(LOG_LINES, limit == null ? LOG_LINES : limit));
        List<LogLine> found = operations.logs(caller.tenantId(), id, from, lines);
        long next = found.isEmpty() ? from : found.get(found.size() - 1).sequence();
        LogView body = new LogView(
                id,
                operation.status().name().toLowerCase(Locale.ROOT),
                found.stream().map(LogView.LineView::of).toList(),
                next,
                operation.status().finished() && found.size() < lines);
        return Response.ok(body, MediaType.APPLICATION_JSON_TYPE).build();
    }

    private static boolean wantsEvents(String accept) {
        return accept != null && accept.toLowerCase(Locale.ROOT).contains(SSE);
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

    private Response stream(LogStream.Request request, Drain drain) {
        if (streams.full(request.tenantId())) {
            throw PlatformException.of(ErrorKind.UNAVAILABLE, "Too many log streams are open; read the log as JSON")
                    .withRetryAfter(Duration.ofSeconds(5));
        }
        LogStream stream = new LogStream(operations, operations.signals(), streams, streamLimits, drain, request);
        return Response.ok(stream, SSE)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .header("X-Accel-Buffering", "no")
                .build();
    }
}
