package org.platformforge.admin.rest;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import javax.ws.rs.Consumes;
import javax.ws.rs.DefaultValue;
import javax.ws.rs.GET;
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
import org.osgi.service.component.annotations.Reference;
import org.platformforge.admin.domain.AuditCsv;
import org.platformforge.admin.domain.AuditReader;
import org.platformforge.admin.rest.AuditViews.ListView;
import org.platformforge.admin.rest.AuditViews.LogView;
import org.platformforge.admin.rest.AuditViews.VerificationView;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;
import org.platformforge.kernel.api.http.Links;
import org.platformforge.kernel.api.http.Pagination;
import org.platformforge.kernel.api.store.AuditTrail.Filter;

/** The audit log: document 002, Admin Module, Get Audit Logs. There is no route that changes it. */
@Component(service = AuditLogResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.PLATFORM_FORGE, tag = "Admin")
@Path("/api/v1/admin/audit-logs")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class AuditLogResource {
    private static final String JSON_LINES = "application/x-ndjson";
    private static final String CSV = "text/csv;charset=UTF-8";
    private static final int LONGEST_FILTER = 128;

    private final AuditReader audit;

    @Activate
    public AuditLogResource(@Reference AuditReader audit) {
        this.audit = audit;
    }

    /** @param reads whether records about reading the log are shown too; they are when the action asks for them */
    @GET
    @Endpoint(
            operationId = "listAuditLogs",
            summary = "Who did what in the tenant, newest first",
            permission = "audit:list",
            rateLimits = "admin",
            response = ListView.class)
    public Response list(
            @Context Caller caller,
            @Context PageRequest request,
            @Context UriInfo uri,
            @QueryParam("user_id") String userId,
            @QueryParam("action") String action,
            @QueryParam("start_date") String startDate,
            @QueryParam("end_date") String endDate,
            @QueryParam("include_reads") @DefaultValue("false") boolean reads) {
        Filter filter = filter(userId, action, startDate, endDate, reads);
        Page<LogView> page = audit.find(caller, filter, request).map(AuditViews::of);
        Response.ResponseBuilder response = Response.ok(new ListView(
                page.items(), Pagination.of(request, page), page.nextCursor().orElse(null)));
        page.nextCursor().ifPresent(next -> response.header(HttpHeaders.LINK, Links.next(uri.getRequestUri(), next)));
        return response.build();
    }

    @GET
    @Path("/verify")
    @Endpoint(
            operationId = "verifyAuditLogs",
            summary = "Whether the tenant's audit log is whole: every digest, number and signature is checked",
            permission = "audit:verify",
            rateLimits = "admin")
    public VerificationView verify(@Context Caller caller) {
        return AuditViews.of(audit.verify(caller));
    }

    @GET
    @Path("/export")
    @Produces({JSON_LINES, "text/csv"})
    @Endpoint(
            operationId = "exportAuditLogs",
            summary = "The audit log, oldest first, as lines of JSON that prove themselves or as CSV",
            permission = "audit:export",
            rateLimits = "admin",
            streaming = true,
            response = String.class)
    public Response export(
            @Context Caller caller,
            @QueryParam("format") @DefaultValue("jsonl") String format,
            @QueryParam("user_id") String userId,
            @QueryParam("action") String action,
            @QueryParam("start_date") String startDate,
            @QueryParam("end_date") String endDate) {
        Filter filter = filter(userId, action, startDate, endDate, true);
        StreamingOutput content = switch (format) {
            case "jsonl" ->
                out -> write(
                        out,
                        writer -> audit.export(caller, filter, line -> {
                            append(writer, line + '\n');
                        }));
            case "csv" ->
                out -> write(out, writer -> {
                    append(writer, AuditCsv.HEADER);
                    audit.read(caller, filter, entry -> append(writer, AuditCsv.line(entry)));
                });
            default -> throw PlatformException.invalid("format", "must be jsonl or csv");
        };
        return Response.ok(content, format.equals("csv") ? CSV : JSON_LINES)
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"audit-logs." + format + '"')
                .build();
    }

    private static Filter filter(String userId, String action, String startDate, String endDate, boolean reads) {
        return new Filter(
                text("user_id", userId),
                text("action", action),
                Dates.from("start_date", startDate),
                Dates.until("end_date", endDate),
                reads);
    }

    private static String text(String name, String value) {
        if (value == null || value.isEmpty()) {
            return null;
        }
        if (value.length() > LONGEST_FILTER || value.chars().anyMatch(Character::isISOControl)) {
            throw PlatformException.invalid(name, "must be at most " + LONGEST_FILTER + " printable characters");
        }
        return value;
    }

    private interface Lines {
        void to(Writer writer);
    }

    private static void write(OutputStream out, Lines lines) throws IOException {
        try {
            Writer writer = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), 1 << 16);
            lines.to(writer);
            writer.flush();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void append(Writer writer, String line) {
        try {
            writer.write(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
