package org.platformforge.pipelines.rest;

import java.net.URI;
import java.util.Optional;
import javax.validation.Valid;
import javax.validation.constraints.NotNull;
import javax.ws.rs.Consumes;
import javax.ws.rs.DELETE;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.PUT;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
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
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;
import org.platformforge.kernel.api.http.Links;
import org.platformforge.pipelines.domain.PipelineService;
import org.platformforge.pipelines.domain.RunService;
import org.platformforge.pipelines.domain.RunService.Order;
import org.platformforge.pipelines.domain.RunService.Whole;
import org.platformforge.pipelines.rest.PipelineRequests.PipelineRequest;
import org.platformforge.pipelines.rest.PipelineRequests.RunRequest;
import org.platformforge.pipelines.rest.PipelineViews.PipelineList;
import org.platformforge.pipelines.rest.PipelineViews.PipelineView;
import org.platformforge.pipelines.rest.PipelineViews.RunList;
import org.platformforge.pipelines.rest.PipelineViews.RunView;
import org.platformforge.pipelines.rest.PipelineViews.SecretView;

/** Document 001, "Pipelines API"; reading, changing and deleting in the same style. */
@Component(service = PipelineResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.API_REFERENCE, tag = "Pipelines")
@Path("/api/v1/pipelines")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class PipelineResource {
    private static final int POLL_SECONDS = 1;
    private static final Order AS_IT_IS = new Order(null, null, null);

    private final PipelineService pipelines;
    private final RunService runs;

    @Activate
    public PipelineResource(@Reference PipelineService pipelines, @Reference RunService runs) {
        this.pipelines = pipelines;
        this.runs = runs;
    }

    @GET
    @Endpoint(
            operationId = "listPipelines",
            summary = "Pipelines with their newest runs",
            permission = "pipeline:read",
            response = PipelineList.class)
    public Response list(
            @Context Caller caller,
            @Context UriInfo uri,
            @QueryParam("service") String service,
            @Context PageRequest request) {
        Page<PipelineView> page = pipelines.list(caller, service, request).map(WireMapper::pipeline);
        return paged(
                new PipelineList(
                        page.items(),
                        page.total(),
                        request.limit(),
                        request.offset(),
                        page.nextCursor().orElse(null)),
                page,
                uri);
    }

    private static Response paged(Object body, Page<?> page, UriInfo uri) {
        Response.ResponseBuilder response = Response.ok(body);
        page.nextCursor().ifPresent(next -> response.header(HttpHeaders.LINK, Links.next(uri.getRequestUri(), next)));
        return response.build();
    }

    @GET
    @Path("/{pipeline_id}")
    @Endpoint(
            operationId = "getPipeline",
            summary = "A pipeline",
            permission = "pipeline:read",
            errors = ErrorKind.NOT_FOUND)
    public PipelineView get(@Context Caller caller, @PathParam("pipeline_id") String id) {
        return WireMapper.pipeline(pipelines.get(caller, id));
    }

    @POST
    @Path("/{pipeline_id}/run")
    @Endpoint(
            operationId = "runPipeline",
            summary = "Start a run; it waits while another one of the pipeline is on its way",
            permission = "pipeline:run",
            status = 202,
            response = RunView.class,
            errors = {ErrorKind.VALIDATION, ErrorKind.NOT_FOUND, ErrorKind.CONFLICT, ErrorKind.UNAVAILABLE})
    public Response run(
            @Context Caller caller, @PathParam("pipeline_id") String id, @Valid Optional<RunRequest> request) {
        return accepted(runs.start(caller, id, request.map(RunRequest::order).orElse(AS_IT_IS)));
    }

    static Response accepted(Whole whole) {
        return Response.accepted(WireMapper.run(whole))
                .location(URI.create(WireMapper.ROOT + "runs/" + whole.run().id()))
                .header(HttpHeaders.RETRY_AFTER, POLL_SECONDS)
                .build();
    }

    @GET
    @Path("/{pipeline_id}/runs")
    @Endpoint(
            operationId = "listPipelineRuns",
            summary = "Runs of a pipeline, newest first",
            permission = "pipeline:read",
            response = RunList.class,
            errors = {ErrorKind.VALIDATION, ErrorKind.NOT_FOUND})
    public Response runs(
            @Context Caller caller,
            @Context UriInfo uri,
            @PathParam("pipeline_id") String id,
            @Context PageRequest request) {
        Page<RunView> page = runs.list(caller, id, request).map(WireMapper::run);
        return paged(
                new RunList(
                        page.items(),
                        page.total(),
                        request.limit(),
                        request.offset(),
                        page.nextCursor().orElse(null)),
                page,
                uri);
    }

    @POST
    @Path("/{pipeline_id}/webhook-secret")
    @Endpoint(
            operationId = "renewPipelineWebhookSecret",
            summary = "Make a new secret for the webhook, shown this once; the old one counts no more",
            permission = "pipeline:update",
            errors = ErrorKind.NOT_FOUND)
    public SecretView newSecret(@Context Caller caller, @PathParam("pipeline_id") String id) {
        return new SecretView(id, WireMapper.webhook(id), pipelines.newSecret(caller, id));
    }

    @PUT
    @Path("/{pipeline_id}")
    @Endpoint(
            operationId = "updatePipeline",
            summary = "Change a pipeline; counts from its next run on",
            permission = "pipeline:update",
            errors = {ErrorKind.VALIDATION, ErrorKind.NOT_FOUND, ErrorKind.UNAVAILABLE})
    public PipelineView update(
            @Context Caller caller, @PathParam("pipeline_id") String id, @Valid @NotNull PipelineRequest request) {
        return WireMapper.pipeline(pipelines.update(caller, id, request.draft()));
    }

    @DELETE
    @Path("/{pipeline_id}")
    @Endpoint(
            operationId = "deletePipeline",
            summary = "Delete a pipeline and its runs; what they have deployed stays",
            permission = "pipeline:delete",
            status = 204,
            errors = {ErrorKind.NOT_FOUND, ErrorKind.CONFLICT})
    public void delete(@Context Caller caller, @PathParam("pipeline_id") String id) {
        pipelines.delete(caller, id);
    }
}
