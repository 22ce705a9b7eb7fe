package org.platformforge.pipelines.rest;

import java.net.URI;
import javax.validation.Valid;
import javax.validation.constraints.NotNull;
import javax.ws.rs.Consumes;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;
import org.platformforge.pipelines.domain.PipelineService;
import org.platformforge.pipelines.rest.PipelineRequests.PipelineRequest;
import org.platformforge.pipelines.rest.PipelineViews.CreatedView;

/** Document 000, "Create Pipeline", in that document's own words. */
@Component(service = PipelineCreateResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.PLATFORM_API, tag = "Pipelines")
@Path("/api/v1/pipelines")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class PipelineCreateResource {
    private final PipelineService pipelines;

    @Activate
    public PipelineCreateResource(@Reference PipelineService pipelines) {
        this.pipelines = pipelines;
    }

    @POST
    @Endpoint(
            operationId = "createPipeline",
            summary = "Make a pipeline of a repository; the secret of its webhook is shown this once",
            permission = "pipeline:create",
            status = 201,
            response = CreatedView.class,
            errors = {ErrorKind.VALIDATION, ErrorKind.UNAVAILABLE})
    public Response create(@Context Caller caller, @Valid @NotNull PipelineRequest request) {
        CreatedView made = WireMapper.created(pipelines.create(caller, request.draft()));
        return Response.created(URI.create(WireMapper.ROOT + made.pipelineId()))
                .entity(made)
                .build();
    }
}
