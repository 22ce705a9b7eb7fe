package org.platformforge.pipelines.rest;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.validation.Valid;
import javax.validation.constraints.NotNull;
import javax.ws.rs.Consumes;
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
import javax.ws.rs.core.StreamingOutput;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Drain;
import org.platformforge.kernel.api.http.Endpoint;
import org.platformforge.kernel.api.http.LogStreams;
import org.platformforge.pipelines.domain.PipelinesConfig;
import org.platformforge.pipelines.domain.RunLog;
import org.platformforge.pipelines.domain.RunService;
import org.platformforge.pipelines.domain.Stage;
import org.platformforge.pipelines.rest.PipelineRequests.DecisionRequest;
import org.platformforge.pipelines.rest.PipelineRequests.RerunRequest;
import org.platformforge.pipelines.rest.PipelineViews.ArtifactList;
import org.platformforge.pipelines.rest.PipelineViews.LogView;
import org.platformforge.pipelines.rest.PipelineViews.ReportView;
import org.platformforge.pipelines.rest.PipelineViews.RunView;

/** Runs beside document 001's pipelines: stages, logs, artifacts, reports; cancelled, approved, repeated. */
@Component(service = RunResource.class, property = "osgi.jaxrs.resource=true", configurationPid = PipelinesConfig.PID)
@Api(dialect = Dialect.API_REFERENCE, tag = "Pipelines")
@Path("/api/v1/pipelines/runs")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class RunResource {
    private static final String SSE = LogStreams.SSE;
    private static final String TAR = "application/x-tar";
    private static final int LOG_LINES = 500;

    private final RunService runs;
    private final RunLog log;
    private final LogStreams streams;
    private final LogStreams.Places places;
    private final Duration longest;

    @Activate
    public RunResource(
            @Reference RunService runs, @Reference RunLog log, @Reference LogStreams streams, PipelinesConfig config) {
        this.runs = runs;
        this.log = log;
        this.streams = streams;
        this.places = streams.places(config::streams);
        this.longest = Duration.ofSeconds(Math.max(1, config.stream_seconds()));
    }

    @GET
    @Path("/{run_id}")
    @Endpoint(
            operationId = "getPipelineRun",
            summary = "A run with its stages",
            permission = "pipeline:read",
            errors = ErrorKind.NOT_FOUND)
    public RunView get(@Context Caller caller, @PathParam("run_id") String id) {
        return WireMapper.run(runs.whole(caller, id));
    }

    /** JSON, or server-sent events for who accepts them: then {@code Last-Event-ID} counts like {@code after}. */
    @GET
    @Path("/{run_id}/logs")
    @Produces({MediaType.APPLICATION_JSON, SSE})
    @Endpoint(
            operationId = "getPipelineRunLogs",
            summary = "Log lines after a sequence number, or all of them live as text/event-stream",
            permission = "pipeline:read",
            response = LogView.class,
            streaming = true,
            errors = {ErrorKind.VALIDATION, ErrorKind.NOT_FOUND, ErrorKind.UNAVAILABLE})
    public Response logs(
            @Context Caller caller,
            @HeaderParam(HttpHeaders.ACCEPT) String accept,
            @HeaderParam("Last-Event-ID") String lastEventId,
            @PathParam("run_id") String id,
            @QueryParam("after") Long after,
            @QueryParam("limit") Integer limit,
            @QueryParam("stage") String stage,
            @Context Drain drain) {
        long from = Math.max(0, after == null ? 0 : after);
        if (streams.accepts(accept)) {
            return stream(caller, id, Math.max(from, streams.lastEvent(lastEventId, 0)), stage, drain);
        }
        int lines = Math.max(1, Math.min(LOG_LINES, limit == null ? LOG_LINES : limit));
        RunLog.Part part = log.after(caller, id, from, lines, stage);
        LogView body = new LogView(
                id,
                WireMapper.wire(part.run().status()),
                part.lines().stream().map(WireMapper::line).toList(),
                part.next(),
                part.complete());
        return Response.ok(body, MediaType.APPLICATION_JSON_TYPE).build();
    }

    private Response stream(Caller caller, String id, long after, String stage, Drain drain) {
        runs.whole(caller, id);
        LogStreams.Stream stream = streams.open(
                places,
                new LogStreams.Request(caller.tenantId(), longest, drain, after),
                sequence -> part(log.after(caller, id, sequence, LOG_LINES, stage)));
        return Response.ok((StreamingOutput) stream::write, SSE)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .header("X-Accel-Buffering", "no")
                .build();
    }

    private static LogStreams.Part part(RunLog.Part part) {
        List<LogStreams.Line> lines = part.lines().stream()
                .map(line -> new LogStreams.Line(line.sequence(), fields(line)))
                .toList();
        String end = part.complete() ? WireMapper.wire(part.run().status()) : null;
        return new LogStreams.Part(lines, part.next(), lines.size() >= LOG_LINES, end);
    }

    private static Map<String, Object> fields(RunLog.Line line) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("sequence", line.sequence());
        fields.put("at", line.at());
        fields.put("stage", line.stage());
        fields.put("text", line.text());
        return fields;
    }

    @GET
    @Path("/{run_id}/artifacts")
    @Endpoint(
            operationId = "listPipelineRunArtifacts",
            summary = "What the stages of a run have made and deployed, by digest",
            permission = "pipeline:read",
            errors = ErrorKind.NOT_FOUND)
    public ArtifactList artifacts(@Context Caller caller, @PathParam("run_id") String id) {
        return WireMapper.artifacts(runs.whole(caller, id));
    }

    @GET
    @Path("/{run_id}/artifacts/{stage}")
    @Produces(TAR)
    @Endpoint(
            operationId = "downloadPipelineRunArtifact",
            summary = "The files of an artifact as a tar archive",
            permission = "pipeline:read",
            streaming = true,
            errors = {ErrorKind.NOT_FOUND, ErrorKind.UNAVAILABLE})
    public Response artifact(
            @Context Caller caller, @PathParam("run_id") String id, @PathParam("stage") String stageName)
            throws IOException {
        Stage stage = runs.stage(caller, id, stageName);
        java.nio.file.Path file = runs.artifact(caller, stage);
        StreamingOutput content = out -> Files.copy(file, out);
        return Response.ok(content, TAR)
                .header(HttpHeaders.CONTENT_LENGTH, Files.size(file))
                .header("Content-Disposition", "attachment; filename=\"" + stage.name() + ".tar\"")
                .header("Repr-Digest", "sha-256=:" + base64(stage.artifact()) + ":")
                .build();
    }

    private static String base64(String digest) {
        byte[] bytes = java.util.HexFormat.of().parseHex(digest.substring(digest.indexOf(':') + 1));
        return java.util.Base64.getEncoder().encodeToString(bytes);
    }

    @GET
    @Path("/{run_id}/stages/{stage}/report")
    @Endpoint(
            operationId = "getPipelineRunReport",
            summary = "What the tests of a stage have reported, those that failed first",
            permission = "pipeline:read",
            errors = ErrorKind.NOT_FOUND)
    public ReportView report(
            @Context Caller caller, @PathParam("run_id") String id, @PathParam("stage") String stageName) {
        Stage stage = runs.stage(caller, id, stageName);
        if (stage.report() == null) {
            throw PlatformException.notFound("Report", stageName);
        }
        return WireMapper.report(stage);
    }

    @POST
    @Path("/{run_id}/cancel")
    @Endpoint(
            operationId = "cancelPipelineRun",
            summary = "Ask for the end of a run; a release on its way is taken back, what serves stays",
            permission = "pipeline:cancel",
            status = 202,
            response = RunView.class,
            errors = {ErrorKind.NOT_FOUND, ErrorKind.CONFLICT})
    public Response cancel(@Context Caller caller, @PathParam("run_id") String id) {
        return PipelineResource.accepted(runs.cancel(caller, id));
    }

    @POST
    @Path("/{run_id}/approve")
    @Endpoint(
            operationId = "approvePipelineRun",
            summary = "Let the deployment that waits go on",
            permission = "pipeline:approve",
            status = 202,
            response = RunView.class,
            errors = {ErrorKind.VALIDATION, ErrorKind.NOT_FOUND, ErrorKind.CONFLICT})
    public Response approve(
            @Context Caller caller, @PathParam("run_id") String id, @Valid Optional<DecisionRequest> request) {
        String stage = request.map(DecisionRequest::stage).orElse(null);
        String comment = request.map(DecisionRequest::comment).orElse(null);
        return PipelineResource.accepted(runs.decide(caller, id, stage, true, comment));
    }

    @POST
    @Path("/{run_id}/reject")
    @Endpoint(
            operationId = "rejectPipelineRun",
            summary = "Refuse the deployment that waits, and say why; the run ends",
            permission = "pipeline:approve",
            status = 202,
            response = RunView.class,
            errors = {ErrorKind.VALIDATION, ErrorKind.NOT_FOUND, ErrorKind.CONFLICT})
    public Response reject(
            @Context Caller caller, @PathParam("run_id") String id, @Valid @NotNull DecisionRequest request) {
        return PipelineResource.accepted(runs.decide(caller, id, request.stage(), false, request.comment()));
    }

    @POST
    @Path("/{run_id}/rerun")
    @Endpoint(
            operationId = "rerunPipelineRun",
            summary = "Run again from the first stage that did not succeed; what was built before is kept",
            permission = "pipeline:run",
            status = 202,
            response = RunView.class,
            errors = {ErrorKind.VALIDATION, ErrorKind.NOT_FOUND, ErrorKind.CONFLICT})
    public Response rerun(
            @Context Caller caller, @PathParam("run_id") String id, @Valid Optional<RerunRequest> request) {
        return PipelineResource.accepted(
                runs.again(caller, id, request.map(RerunRequest::stage).orElse(null)));
    }
}
