package org.platformforge.deployments.rest;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.validation.Valid;
import javax.validation.constraints.NotNull;
import javax.ws.rs.Consumes;
import javax.ws.rs.DELETE;
import javax.ws.rs.GET;
import javax.ws.rs.HeaderParam;
import javax.ws.rs.PATCH;
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
import org.platformforge.deployments.domain.Deployment;
import org.platformforge.deployments.domain.Deployments;
import org.platformforge.deployments.domain.Lifecycle;
import org.platformforge.deployments.domain.Statistics;
import org.platformforge.deployments.domain.Status;
import org.platformforge.deployments.domain.Waiter;
import org.platformforge.deployments.rest.Requests.ConfigureBody;
import org.platformforge.deployments.rest.Requests.DeployBody;
import org.platformforge.deployments.rest.Requests.RedeployBody;
import org.platformforge.deployments.rest.Requests.RollbackBody;
import org.platformforge.deployments.rest.Views.DeployedView;
import org.platformforge.deployments.rest.Views.DeploymentView;
import org.platformforge.deployments.rest.Views.DeploymentsView;
import org.platformforge.deployments.rest.Views.OneView;
import org.platformforge.deployments.rest.Views.ReleaseView;
import org.platformforge.deployments.rest.Views.ReleasesView;
import org.platformforge.deployments.rest.Views.StatisticsView;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.delivery.Release;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Drain;
import org.platformforge.kernel.api.http.Endpoint;
import org.platformforge.kernel.api.http.Links;
import org.platformforge.kernel.api.http.Submitted;

/**
 * Document 003, "Deployments" and "Statistics"; releases, configuration, stop and start in the same style. What takes long is
 * waited for, unless the client prefers {@code respond-async}; past the bound the answer is 202.
 */
@Component(service = DeploymentResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.PAAS, tag = "Deployments")
@Path("/api")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class DeploymentResource {
    private static final String PREFER = "Prefer";
    private static final String ASYNC = "respond-async";
    private static final int POLL_SECONDS = 1;

    private final Deployments deployments;
    private final Lifecycle lifecycle;
    private final Waiter waiter;
    private final Statistics statistics;

    @Activate
    public DeploymentResource(
            @Reference Deployments deployments,
            @Reference Lifecycle lifecycle,
            @Reference Waiter waiter,
            @Reference Statistics statistics) {
        this.deployments = deployments;
        this.lifecycle = lifecycle;
        this.waiter = waiter;
        this.statistics = statistics;
    }

    @POST
    @Path("/deploy")
    @Endpoint(
            operationId = "deployApplication",
            summary = "Deploy an application from a repository",
            permission = "deployment:create",
            response = DeployedView.class,
            errors = {ErrorKind.VALIDATION, ErrorKind.UNPROCESSABLE, ErrorKind.UNAVAILABLE})
    public Response deploy(
            @Context Caller caller,
            @HeaderParam(PREFER) String prefer,
            @Context Drain drain,
            Submitted<DeployBody> body) {
        return running(
                deployments.deploy(caller, body.value().order(), body.problems()),
                prefer,
                drain,
                "Application deployed successfully");
    }

    private Response running(Deployment begun, String prefer, Drain drain, String message) {
        Deployment now = awaited(begun, prefer, drain);
        if (now.work().busy()) {
            return accepted(now, prefer, "The deployment is on its way");
        }
        if (now.error() != null) {
            boolean serves = now.status() == Status.RUNNING;
            throw PlatformException.of(
                            ErrorKind.UNPROCESSABLE,
                            "Deployment " + now.id() + " failed: " + now.error().message()
                                    + (serves ? " (the release before it serves on)" : ""))
                    .withCode(now.error().code())
                    .withDetail("deployment_id", now.id());
        }
        if (now.status() != Status.RUNNING) {
            throw PlatformException.of(
                    ErrorKind.CONFLICT, "Deployment " + now.id() + " was taken down before it was complete");
        }
        return Response.ok(new DeployedView(message, WireMapper.deployment(now)))
                .header(HttpHeaders.LOCATION, address(now))
                .build();
    }

    private Deployment awaited(Deployment begun, String prefer, Drain drain) {
        if (isAsync(prefer)) {
            return begun;
        }
        try {
            return waiter.await(begun, drain::begun);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return begun; // the platform stops, and the deployment goes on later
        }
    }

    private static boolean isAsync(String prefer) {
        return prefer != null
                && Stream.of(prefer.split("[,;]")).anyMatch(one -> one.strip().equalsIgnoreCase(ASYNC));
    }

    private static Response accepted(Deployment now, String prefer, String message) {
        Response.ResponseBuilder response = Response.accepted(new DeployedView(message, WireMapper.deployment(now)))
                .location(URI.create(address(now)))
                .header(HttpHeaders.RETRY_AFTER, POLL_SECONDS);
        if (isAsync(prefer)) {
            response.header("Preference-Applied", ASYNC);
        }
        return response.build();
    }

    private static String address(Deployment deployment) {
        return "/api/deployments/" + deployment.id();
    }

    @GET
    @Path("/deployments")
    @Endpoint(
            operationId = "listDeployments",
            summary = "Deployments, newest first; deleted ones with status=deleted",
            permission = "deployment:read",
            response = DeploymentsView.class,
            errors = ErrorKind.VALIDATION)
    public Response list(
            @Context Caller caller,
            @Context UriInfo uri,
            @QueryParam("status") String status,
            @QueryParam("limit") Integer limit,
            @QueryParam("offset") Integer offset,
            @QueryParam("cursor") String cursor) {
        PageRequest request =
                new PageRequest(limit == null ? PageRequest.MAX_LIMIT : limit, offset == null ? 0 : offset, cursor);
        Page<DeploymentView> page =
                deployments.list(caller, status(status), request).map(WireMapper::deployment);
        Response.ResponseBuilder response = Response.ok(new DeploymentsView(
                page.items(), page.total(), page.nextCursor().orElse(null)));
        page.nextCursor().ifPresent(next -> response.header(HttpHeaders.LINK, Links.next(uri.getRequestUri(), next)));
        return response.build();
    }

    private static Status status(String text) {
        if (text == null || text.isBlank()) {
            return null;
        }
        Optional<Status> found = Stream.of(Status.values())
                .filter(status -> WireMapper.wire(status).equals(text.toLowerCase(Locale.ROOT)))
                .findFirst();
        return found.orElseThrow(() -> PlatformException.invalid(
                "status",
                "must be one of "
                        + Stream.of(Status.values()).map(WireMapper::wire).collect(Collectors.joining(", "))));
    }

    @GET
    @Path("/deployments/{deployment_id}")
    @Endpoint(
            operationId = "getDeployment",
            summary = "A deployment as it is now, also after it was deleted",
            permission = "deployment:read",
            errors = ErrorKind.NOT_FOUND)
    public OneView get(@Context Caller caller, @PathParam("deployment_id") String id) {
        return new OneView(WireMapper.detail(deployments.get(caller, id)));
    }

    @PATCH
    @Path("/deployments/{deployment_id}")
    @Endpoint(
            operationId = "configureDeployment",
            summary = "Change resources, variables, secrets, ref or probe; of what runs a release is made with it",
            permission = "deployment:update",
            response = DeployedView.class,
            errors = {
                ErrorKind.VALIDATION,
                ErrorKind.NOT_FOUND,
                ErrorKind.CONFLICT,
                ErrorKind.UNPROCESSABLE,
                ErrorKind.UNAVAILABLE
            })
    public Response configure(
            @Context Caller caller,
            @PathParam("deployment_id") String id,
            @HeaderParam(PREFER) String prefer,
            @Context Drain drain,
            @Valid @NotNull ConfigureBody body) {
        return running(
                lifecycle.configure(caller, id, body.changes()), prefer, drain, "Deployment configured successfully");
    }

    @DELETE
    @Path("/deployments/{deployment_id}")
    @Endpoint(
            operationId = "deleteDeployment",
            summary = "Take a deployment away for good; its log stays",
            permission = "deployment:delete",
            response = DeployedView.class,
            errors = {ErrorKind.NOT_FOUND, ErrorKind.CONFLICT, ErrorKind.UNAVAILABLE})
    public Response delete(
            @Context Caller caller,
            @PathParam("deployment_id") String id,
            @HeaderParam(PREFER) String prefer,
            @Context Drain drain) {
        return down(
                lifecycle.delete(caller, id),
                prefer,
                drain,
                "Deployment deleted successfully",
                "The deployment is being deleted");
    }

    private Response down(Deployment begun, String prefer, Drain drain, String done, String doing) {
        Deployment now = awaited(begun, prefer, drain);
        return now.work().busy()
                ? accepted(now, prefer, doing)
                : Response.ok(new DeployedView(done, WireMapper.deployment(now)))
                        .build();
    }

    @POST
    @Path("/deployments/{deployment_id}/redeploy")
    @Endpoint(
            operationId = "redeploy",
            summary = "Fetch the code again and make a release of it",
            permission = "deployment:update",
            response = DeployedView.class,
            errors = {
                ErrorKind.VALIDATION,
                ErrorKind.NOT_FOUND,
                ErrorKind.CONFLICT,
                ErrorKind.UNPROCESSABLE,
                ErrorKind.UNAVAILABLE
            })
    public Response redeploy(
            @Context Caller caller,
            @PathParam("deployment_id") String id,
            @HeaderParam(PREFER) String prefer,
            @Context Drain drain,
            @Valid Optional<RedeployBody> body) {
        String ref = body.map(RedeployBody::ref).orElse(null);
        return running(lifecycle.redeploy(caller, id, ref), prefer, drain, "Application deployed successfully");
    }

    @POST
    @Path("/deployments/{deployment_id}/rollback")
    @Endpoint(
            operationId = "rollbackDeployment",
            summary = "Make a release of the artifact and configuration of an earlier one",
            permission = "deployment:update",
            response = DeployedView.class,
            errors = {ErrorKind.NOT_FOUND, ErrorKind.CONFLICT, ErrorKind.UNPROCESSABLE, ErrorKind.UNAVAILABLE})
    public Response rollback(
            @Context Caller caller,
            @PathParam("deployment_id") String id,
            @HeaderParam(PREFER) String prefer,
            @Context Drain drain,
            @Valid Optional<RollbackBody> body) {
        Integer number = body.map(RollbackBody::release).orElse(null);
        return running(lifecycle.rollback(caller, id, number), prefer, drain, "Deployment rolled back successfully");
    }

    @POST
    @Path("/deployments/{deployment_id}/restart")
    @Endpoint(
            operationId = "restartDeployment",
            summary = "Replace the instances by new ones of the same release, without a gap",
            permission = "deployment:update",
            response = DeployedView.class,
            errors = {ErrorKind.NOT_FOUND, ErrorKind.CONFLICT, ErrorKind.UNPROCESSABLE, ErrorKind.UNAVAILABLE})
    public Response restart(
            @Context Caller caller,
            @PathParam("deployment_id") String id,
            @HeaderParam(PREFER) String prefer,
            @Context Drain drain) {
        return running(lifecycle.restart(caller, id), prefer, drain, "Deployment restarted successfully");
    }

    @POST
    @Path("/deployments/{deployment_id}/stop")
    @Endpoint(
            operationId = "stopDeployment",
            summary = "Take the instances away; releases and log stay",
            permission = "deployment:update",
            response = DeployedView.class,
            errors = {ErrorKind.NOT_FOUND, ErrorKind.CONFLICT, ErrorKind.UNAVAILABLE})
    public Response stop(
            @Context Caller caller,
            @PathParam("deployment_id") String id,
            @HeaderParam(PREFER) String prefer,
            @Context Drain drain) {
        return down(
                lifecycle.stop(caller, id),
                prefer,
                drain,
                "Deployment stopped successfully",
                "The deployment is being stopped");
    }

    @POST
    @Path("/deployments/{deployment_id}/start")
    @Endpoint(
            operationId = "startDeployment",
            summary = "Start what was stopped, with the release that served last",
            permission = "deployment:update",
            response = DeployedView.class,
            errors = {ErrorKind.NOT_FOUND, ErrorKind.CONFLICT, ErrorKind.UNPROCESSABLE, ErrorKind.UNAVAILABLE})
    public Response start(
            @Context Caller caller,
            @PathParam("deployment_id") String id,
            @HeaderParam(PREFER) String prefer,
            @Context Drain drain) {
        return running(lifecycle.start(caller, id), prefer, drain, "Deployment started successfully");
    }

    @GET
    @Path("/deployments/{deployment_id}/releases")
    @Endpoint(
            operationId = "listDeploymentReleases",
            summary = "Releases of a deployment, newest first",
            permission = "deployment:read",
            response = ReleasesView.class,
            errors = {ErrorKind.VALIDATION, ErrorKind.NOT_FOUND, ErrorKind.UNAVAILABLE})
    public Response releases(
            @Context Caller caller,
            @Context UriInfo uri,
            @PathParam("deployment_id") String id,
            @Context PageRequest request) {
        Page<Release> page = deployments.releases(caller, id, request);
        Set<String> returnable = deployments.returnable(caller, page.items());
        List<ReleaseView> items = page.items().stream()
                .map(release -> WireMapper.release(release, returnable))
                .toList();
        Response.ResponseBuilder response = Response.ok(
                new ReleasesView(items, page.total(), page.nextCursor().orElse(null)));
        page.nextCursor().ifPresent(next -> response.header(HttpHeaders.LINK, Links.next(uri.getRequestUri(), next)));
        return response.build();
    }

    @GET
    @Path("/stats")
    @Endpoint(
            operationId = "getDeploymentStats",
            summary = "Figures of all deployments that are not deleted",
            permission = "deployment:read")
    public StatisticsView stats(@Context Caller caller) {
        return new StatisticsView(WireMapper.stats(statistics.of(caller)));
    }
}
