package org.platformforge.infrastructure.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import javax.ws.rs.GET;
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
import org.osgi.service.component.annotations.Reference;
import org.platformforge.infrastructure.logs.LogEntry;
import org.platformforge.infrastructure.logs.LogQuery;
import org.platformforge.infrastructure.logs.PlatformLog;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;
import org.platformforge.kernel.api.http.Links;

/** Document 004, "Logs": those of the platform itself, so they are for those who run it. */
@Component(service = LogResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.INFRASTRUCTURE, tag = "Infrastructure")
@Path("/api/v1/infrastructure/logs")
@Produces(MediaType.APPLICATION_JSON)
public class LogResource {
    private static final Set<String> LEVELS = new TreeSet<>(Set.of("trace", "debug", "info", "warn", "error", "fatal"));
    private static final int DEFAULT = 100;
    private static final int MOST = 1000;
    private static final int LONGEST = 255;

    private final PlatformLog log;

    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record LogView(
            Instant timestamp,
            String level,
            String service,
            String logger,
            String requestId,
            String message,
            String stackTrace) {
        static LogView of(LogEntry entry) {
            return new LogView(
                    entry.timestamp(),
                    entry.level(),
                    entry.service(),
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
    public LogResource(@Reference PlatformLog log) {
        this.log = log;
    }

    @GET
    @Endpoint(
            operationId = "getInfrastructureLogs",
            summary = "Events of the platform's log, newest first",
            permission = Permissions.OPERATE,
            scope = Endpoint.Scope.PLATFORM,
            response = LogList.class,
            errors = ErrorKind.VALIDATION)
    public Response get(
            @Context Caller caller,
            @Context UriInfo uri,
            @QueryParam("level") String level,
            @QueryParam("from") String from,
            @QueryParam("to") String to,
            @QueryParam("service") String service,
            @QueryParam("limit") Integer limit,
            @QueryParam("cursor") String cursor) {
        PlatformLog.Found found = find(query(level, from, to, service, limit, cursor));
        List<LogView> logs = found.entries().stream().map(LogView::of).toList();
        Response.ResponseBuilder answer =
                Response.ok(new LogList(logs, logs.size(), found.total(), found.capped(), found.next()));
        return (found.next() == null
                        ? answer
                        : answer.header(HttpHeaders.LINK, Links.next(uri.getRequestUri(), found.next())))
                .build();
    }

    private PlatformLog.Found find(LogQuery query) {
        try {
            return log.find(query);
        } catch (IOException e) {
            throw new UncheckedIOException("The log cannot be read", e);
        }
    }

    private static LogQuery query(String level, String from, String to, String service, Integer limit, String cursor) {
        List<FieldError> wrong = new ArrayList<>();
        String lower = level == null ? null : level.toLowerCase(Locale.ROOT);
        if (lower != null && !LEVELS.contains(lower)) {
            wrong.add(new FieldError("level", "must be one of " + String.join(", ", LEVELS)));
        }
        if (service != null && service.length() > LONGEST) {
            wrong.add(new FieldError("service", "must have at most " + LONGEST + " characters"));
        }
        Instant begin = time(wrong, "from", from);
        Instant end = time(wrong, "to", to);
        int most = limit == null ? DEFAULT : Math.max(1, Math.min(MOST, limit));
        LogQuery query = new LogQuery(lower, service, begin, end, most, 0);
        if (cursor != null && !cursor.isBlank()) {
            query = query.at(cursor);
            if (query == null) {
                wrong.add(new FieldError("cursor", "is none of this list's"));
            }
        }
        if (!wrong.isEmpty()) {
            throw PlatformException.invalid("Invalid request", wrong);
        }
        return query;
    }

    private static Instant time(List<FieldError> wrong, String field, String text) {
        if (text == null || text.isBlank()) {
            return null;
        }
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            wrong.add(new FieldError(
                    field, "must be an ISO 8601 date and time with an offset, such as 2026-01-01T00:00:00Z"));
            return null;
        }
    }
}
