package org.platformforge.provisioning.rest;

import java.net.URI;
import javax.ws.rs.Consumes;
import javax.ws.rs.DefaultValue;
import javax.ws.rs.GET;
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
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;
import org.platformforge.provisioning.domain.Provision;
import org.platformforge.provisioning.domain.ProvisionService;
import org.platformforge.provisioning.rest.ProvisionViews.Accepted;
import org.platformforge.provisioning.rest.ProvisionViews.LogView;
import org.platformforge.provisioning.rest.ProvisionViews.ProvisionRequest;
import org.platformforge.provisioning.rest.ProvisionViews.ProvisionView;
import org.platformforge.provisioning.rest.ProvisionViews.RevealedOutputs;

/** Document 000, "Provisioning API". */
@Component(service = ProvisionResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.PLATFORM_API, tag = "Provisioning")
@Path("/api/v1/provision")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class ProvisionResource {
    private static final int MOST_LOG_LINES = 1000;
    private static final int POLL_SECONDS = 1;

    private final ProvisionService provisions;

    @Activate
    public ProvisionResource(@Reference ProvisionService provisions) {
        this.provisions = provisions;
    }

    @POST
    @Endpoint(
            operationId = "provision",
            summary = "Provision a service from a template; dry_run answers the plan and does nothing",
            permission = "provision:create",
            status = 202,
            response = Accepted.class,
            errors = {ErrorKind.VALIDATION, ErrorKind.CONFLICT, ErrorKind.UNAVAILABLE},
            maxBody = 256 * 1024)
    public Response create(
            @Context Caller caller,
            ProvisionRequest request,
            @QueryParam("dry_run") @DefaultValue("false") boolean dryRun) {
        if (dryRun || Boolean.TRUE.equals(request.dryRun())) {
            return Response.ok(WireMapper.plan(provisions.plan(caller, request.template(), request.parameters())))
                    .build();
        }
        Provision provision = provisions.create(caller, request.template(), request.parameters());
        return Response.accepted(WireMapper.accepted(provision))
                .location(URI.create("/api/v1/provision/" + provision.id()))
                .header(HttpHeaders.RETRY_AFTER, POLL_SECONDS)
                .build();
    }

    @GET
    @Path("/{provision_id}")
    @Endpoint(
            operationId = "getProvisionStatus",
            summary = "Status, steps and outputs of a provision",
            permission = "provision:read",
            errors = ErrorKind.NOT_FOUND)
    public ProvisionView get(@Context Caller caller, @PathParam("provision_id") String id) {
        return WireMapper.provision(provisions.get(caller, id));
    }

    @POST
    @Path("/{provision_id}/cancel")
    @Endpoint(
            operationId = "cancelProvision",
            summary = "Stop a provision that runs; what it made is removed",
            permission = "provision:cancel",
            status = 202,
            response = ProvisionView.class,
            errors = {ErrorKind.NOT_FOUND, ErrorKind.CONFLICT})
    public Response cancel(@Context Caller caller, @PathParam("provision_id") String id) {
        return accepted(provisions.cancel(caller, id));
    }

    @POST
    @Path("/{provision_id}/retry")
    @Endpoint(
            operationId = "retryProvision",
            summary = "Run a failed provision again from the step that failed",
            permission = "provision:retry",
            status = 202,
            response = ProvisionView.class,
            errors = {ErrorKind.NOT_FOUND, ErrorKind.CONFLICT})
    public Response retry(@Context Caller caller, @PathParam("provision_id") String id) {
        return accepted(provisions.retry(caller, id));
    }

    @GET
    @Path("/{provision_id}/logs")
    @Endpoint(
            operationId = "getProvisionLogs",
            summary = "Log of a provision, kept when its resources are gone",
            permission = "provision:read",
            errors = ErrorKind.NOT_FOUND)
    public LogView logs(
            @Context Caller caller,
            @PathParam("provision_id") String id,
            @QueryParam("after") @DefaultValue("0") long after,
            @QueryParam("limit") @DefaultValue("200") int limit) {
        int lines = Math.max(1, Math.min(MOST_LOG_LINES, limit));
        return WireMapper.logs(id, after, provisions.logs(caller, id, Math.max(0, after), lines));
    }

    @GET
    @Path("/{provision_id}/secrets")
    @Endpoint(
            operationId = "revealProvisionOutputs",
            summary = "Secret outputs in clear; every call is recorded",
            permission = "provision:reveal",
            errors = ErrorKind.NOT_FOUND)
    public RevealedOutputs reveal(@Context Caller caller, @PathParam("provision_id") String id) {
        return new RevealedOutputs(id, provisions.revealOutputs(caller, id));
    }

    private static Response accepted(ProvisionService.Detail detail) {
        return Response.accepted(WireMapper.provision(detail))
                .location(URI.create("/api/v1/provision/" + detail.provision().id()))
                .header(HttpHeaders.RETRY_AFTER, POLL_SECONDS)
                .build();
    }
}
