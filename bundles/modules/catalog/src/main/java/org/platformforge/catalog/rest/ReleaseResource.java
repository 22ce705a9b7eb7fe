package org.platformforge.catalog.rest;

import java.net.URI;
import java.util.List;
import javax.validation.Valid;
import javax.validation.constraints.NotNull;
import javax.ws.rs.Consumes;
import javax.ws.rs.DELETE;
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
import javax.ws.rs.core.UriInfo;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.catalog.domain.DeployService;
import org.platformforge.catalog.rest.ServiceRequests.DeployRequest;
import org.platformforge.catalog.rest.ServiceRequests.RollbackRequest;
import org.platformforge.catalog.rest.ServiceViews.ReleaseList;
import org.platformforge.catalog.rest.ServiceViews.ReleaseView;
import org.platformforge.catalog.rest.ServiceViews.RemovalView;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.delivery.Release;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;
import org.platformforge.kernel.api.http.Links;
import org.platformforge.kernel.api.jobs.Operation;

/** Document 001, "Deploy Service"; releases, their history and the way back beside it. */
@Component(service = ReleaseResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.API_REFERENCE, tag = "Services")
@Path("/api/v1/services")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class ReleaseResource {
    private static final int POLL_SECONDS = 1;

    private final DeployService deploys;

    @Activate
    public ReleaseResource(@Reference DeployService deploys) {
        this.deploys = deploys;
    }

    @POST
    @Path("/{service_id}/deploy")
    @Endpoint(
            operationId = "deployService",
            summary = "Make a release and roll it out; the old one serves until the new one has proved itself",
            permission = "service:deploy",
            status = 202,
            response = ReleaseView.class,
            errors = {ErrorKind.VALIDATION, ErrorKind.NOT_FOUND, ErrorKind.CONFLICT, ErrorKind.UNAVAILABLE})
    public Response deploy(
            @Context Caller caller, @PathParam("service_id") String id, @Valid @NotNull DeployRequest request) {
        return accepted(deploys.deploy(caller, id, request.order()));
    }

    @POST
    @Path("/{service_id}/rollback")
    @Endpoint(
            operationId = "rollbackService",
            summary = "Make a release of the artifact and configuration of an earlier one",
            permission = "service:rollback",
            status = 202,
            response = ReleaseView.class,
            errors = {ErrorKind.VALIDATION, ErrorKind.NOT_FOUND, ErrorKind.CONFLICT, ErrorKind.UNAVAILABLE})
    public Response rollback(
            @Context Caller caller, @PathParam("service_id") String id, @Valid @NotNull RollbackRequest request) {
        return accepted(deploys.rollback(caller, id, request.environment(), request.release()));
    }

    private static Response accepted(Release release) {
        return Response.accepted(WireMapper.begun(release))
                .location(URI.create("/api/v1/operations/" + release.operationId()))
                .header(HttpHeaders.RETRY_AFTER, POLL_SECONDS)
                .build();
    }

    @GET
    @Path("/{service_id}/releases")
    @Endpoint(
            operationId = "listReleases",
            summary = "Releases of a service, newest first",
            permission = "service:read",
            response = ReleaseList.class,
            errors = {ErrorKind.VALIDATION, ErrorKind.NOT_FOUND})
    public Response releases(
            @Context Caller caller,
            @Context UriInfo uri,
            @PathParam("service_id") String id,
            @QueryParam("environment") String environment,
            @Context PageRequest request) {
        Page<Release> page = deploys.releases(caller, id, environment, request);
        Response.ResponseBuilder response = Response.ok(new ReleaseList(
                WireMapper.releases(page.items(), deploys.returnable(caller, page.items())),
                page.total(),
                request.limit(),
                request.offset(),
                page.nextCursor().orElse(null)));
        page.nextCursor().ifPresent(next -> response.header(HttpHeaders.LINK, Links.next(uri.getRequestUri(), next)));
        return response.build();
    }

    @GET
    @Path("/{service_id}/releases/{release_id}")
    @Endpoint(
            operationId = "getRelease",
            summary = "A release; its operation has the steps and the log",
            permission = "service:read",
            errors = ErrorKind.NOT_FOUND)
    public ReleaseView release(
            @Context Caller caller, @PathParam("service_id") String id, @PathParam("release_id") String releaseId) {
        Release release = deploys.release(caller, id, releaseId);
        return WireMapper.release(release, deploys.returnable(caller, List.of(release)), deploys.canary(release));
    }

    @DELETE
    @Path("/{service_id}/environments/{environment}")
    @Endpoint(
            operationId = "undeployService",
            summary = "Take a service out of an environment; its releases stay in the history",
            permission = "service:deploy",
            status = 202,
            response = RemovalView.class,
            errors = {ErrorKind.NOT_FOUND, ErrorKind.CONFLICT})
    public Response remove(
            @Context Caller caller, @PathParam("service_id") String id, @PathParam("environment") String environment) {
        Operation operation = deploys.remove(caller, id, environment);
        return Response.accepted(new RemovalView(id, environment, "removing", operation.id()))
                .location(URI.create("/api/v1/operations/" + operation.id()))
                .header(HttpHeaders.RETRY_AFTER, POLL_SECONDS)
                .build();
    }
}
