package org.platformforge.pipelines.rest;

import java.io.IOException;
import java.io.InputStream;
import javax.ws.rs.Consumes;
import javax.ws.rs.HeaderParam;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
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
import org.platformforge.pipelines.domain.PushService;
import org.platformforge.pipelines.rest.PipelineRequests.PushEvent;
import org.platformforge.pipelines.rest.PipelineViews.HookView;

/** Pushes, as GitHub's webhooks tell them. Who sends one proves by its signature that it may. */
@Component(service = PushResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.API_REFERENCE, tag = "Pipelines")
@Path("/api/v1/pipelines")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class PushResource {
    /** GitHub sends at most 25 MiB; what a push says of more than some thousand commits is of no use here. */
    private static final int LARGEST_BODY = 5 << 20;

    private final PushService pushes;

    @Activate
    public PushResource(@Reference PushService pushes) {
        this.pushes = pushes;
    }

    /** The same status whatever becomes of it: its sender need not know. */
    @POST
    @Path("/{pipeline_id}/webhooks/github")
    @Endpoint(
            operationId = "receivePipelinePush",
            summary = "A push, signed with the pipeline's secret (X-Hub-Signature-256); each counts once",
            permission = Endpoint.PUBLIC,
            schemes = Caller.Scheme.NONE,
            rateLimits = "webhook",
            status = 202,
            request = PushEvent.class,
            response = HookView.class,
            maxBody = LARGEST_BODY,
            errors = {ErrorKind.UNAUTHENTICATED, ErrorKind.VALIDATION, ErrorKind.MALFORMED, ErrorKind.CONFLICT})
    public Response receive(
            @Context Caller caller,
            @PathParam("pipeline_id") String id,
            @HeaderParam("X-Hub-Signature-256") String signature,
            @HeaderParam("X-GitHub-Delivery") String delivery,
            @HeaderParam("X-GitHub-Event") String event,
            InputStream body)
            throws IOException {
        byte[] exact = body == null ? new byte[0] : body.readAllBytes();
        PushService.Answer answer =
                pushes.receive(caller, id, new PushService.Delivery(signature, delivery, event), exact);
        return Response.accepted(new HookView(answer.status(), answer.runId(), answer.reason()))
                .build();
    }
}
