package org.platformforge.infrastructure.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.net.URI;
import java.time.Instant;
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
import javax.ws.rs.core.Context;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.UriInfo;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.infrastructure.deploy.ApplicationDeployer;
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

/** Document 004, "Deployment" and "Deployment Status"; the list of them in the same style. */
@Component(service = DeployResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.INFRASTRUCTURE, tag = "Infrastructure")
@Path("/api/v1/infrastructure/deploy")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class DeployResource {
    private static final int POLL_SECONDS = 2;

    private final ApplicationDeployer deployer;

    /** @param force deploys the version although it serves there already; {@code false} where it is left out */
    public record DeployRequest(String version, String environment, Boolean force) {}

    /** @param estimatedCompletion from earlier ones; null while there was none */
    public record DeployBegun(
            String deploymentId, String status, Instant timestamp, Instant estimatedCompletion, String operationId) {}

    public record ErrorView(String code, String message) {
        static ErrorView of(Operation.Failure failure) {
            return new ErrorView(failure.code(), failure.message());
        }
    }

    /**
     * @param status {@code initiated}, {@code building}, {@code deploying}, {@code completed}, {@code failed} or {@code cancelled}
     * @param completedAt when it was completed, or had failed; null until then
     * @param logsUrl what was written of it so far
     * @param error why it failed; left out otherwise
     */
    public record DeployView(
            String deploymentId,
            String status,
            String version,
            String environment,
            Instant startedAt,
            Instant completedAt,
            String logsUrl,
            String operationId,
            @JsonInclude(JsonInclude.Include.NON_NULL) ErrorView error) {
        static DeployView of(Release release, UriInfo uri) {
            return new DeployView(
                    ApplicationDeployer.id(release),
                    DeployResource.status(release.status()),
                    release.version(),
                    release.environment(),
                    release.createdAt(),
                    release.finishedAt(),
                    uri.getRequestUri()
                            .resolve("/api/v1/operations/" + release.operationId() + "/logs")
                            .toString(),
                    release.operationId(),
                    release.error() == null ? null : ErrorView.of(release.error()));
        }
    }

    public record DeployList(List<DeployView> deployments, int count, long total, String nextCursor) {}

    public record RemovalView(String environment, String status, String operationId) {}

    static String status(Release.Status status) {
        return switch (status) {
            case PENDING -> "initiated";
            case BUILDING -> "building";
            case DEPLOYING -> "deploying";
            case ACTIVE, SUPERSEDED -> "completed";
            case FAILED -> "failed";
            case CANCELLED -> "cancelled";
        };
    }

    @Activate
    public DeployResource(@Reference ApplicationDeployer deployer) {
        this.deployer = deployer;
    }

    @GET
    @Endpoint(
            operationId = "listConfiguredApplicationDeployments",
            summary = "Deployments of the configured application, newest first",
            permission = Permissions.OPERATE,
            scope = Endpoint.Scope.PLATFORM,
            response = DeployList.class,
            errors = {ErrorKind.VALIDATION, ErrorKind.NOT_CONFIGURED})
    public Response list(@Context Caller caller, @Context PageRequest request, @Context UriInfo uri) {
        Page<Release> page = deployer.list(caller, request);
        List<DeployView> views =
                page.items().stream().map(one -> DeployView.of(one, uri)).toList();
        Response.ResponseBuilder answer = Response.ok(new DeployList(
                views, views.size(), page.total(), page.nextCursor().orElse(null)));
        page.nextCursor().ifPresent(next -> answer.header(HttpHeaders.LINK, Links.next(uri.getRequestUri(), next)));
        return answer.build();
    }

    @POST
    @Endpoint(
            operationId = "deployConfiguredApplication",
            summary = "Deploy a version of the configured application; what serves goes on until it is proved",
            permission = Permissions.OPERATE,
            scope = Endpoint.Scope.PLATFORM,
            status = 202,
            response = DeployBegun.class,
            errors = {ErrorKind.VALIDATION, ErrorKind.CONFLICT, ErrorKind.NOT_CONFIGURED, ErrorKind.UNAVAILABLE})
    public Response deploy(@Context Caller caller, @Valid @NotNull DeployRequest request) {
        ApplicationDeployer.Begun begun =
                deployer.deploy(caller, request.version(), request.environment(), Boolean.TRUE.equals(request.force()));
        String id = ApplicationDeployer.id(begun.release());
        return Response.accepted(new DeployBegun(
                        id,
                        "initiated",
                        begun.release().createdAt(),
                        begun.estimate(),
                        begun.release().operationId()))
                .location(URI.create("/v1/infrastructure/deploy/" + id))
                .header(HttpHeaders.RETRY_AFTER, POLL_SECONDS)
                .build();
    }

    @GET
    @Path("/{deployment_id}")
    @Endpoint(
            operationId = "getConfiguredApplicationDeployment",
            summary = "A deployment of the configured application",
            permission = Permissions.OPERATE,
            scope = Endpoint.Scope.PLATFORM,
            errors = ErrorKind.NOT_FOUND)
    public DeployView get(@Context Caller caller, @Context UriInfo uri, @PathParam("deployment_id") String id) {
        return DeployView.of(deployer.get(caller, id), uri);
    }

    @DELETE
    @Path("/environments/{environment}")
    @Endpoint(
            operationId = "removeConfiguredApplication",
            summary = "Take the configured application out of an environment",
            permission = Permissions.OPERATE,
            scope = Endpoint.Scope.PLATFORM,
            status = 202,
            response = RemovalView.class,
            errors = {ErrorKind.NOT_FOUND, ErrorKind.CONFLICT, ErrorKind.NOT_CONFIGURED})
    public Response remove(@Context Caller caller, @PathParam("environment") String environment) {
        Operation operation = deployer.remove(caller, environment);
        return Response.accepted(new RemovalView(environment, "deleting", operation.id()))
                .location(URI.create("/api/v1/operations/" + operation.id()))
                .header(HttpHeaders.RETRY_AFTER, POLL_SECONDS)
                .build();
    }
}
