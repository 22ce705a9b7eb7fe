package org.platformforge.catalog.rest;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
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
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.catalog.domain.Environment;
import org.platformforge.catalog.domain.EnvironmentService;
import org.platformforge.catalog.domain.FreezeWindow;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.delivery.Environments.Freeze;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;

/** Document 001, "Environments API"; changing and deleting in the same style. */
@Component(service = EnvironmentResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.API_REFERENCE, tag = "Environments")
@Path("/api/v1/environments")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class EnvironmentResource {
    private final EnvironmentService environments;

    /** Quantities in the grammar of Kubernetes, for all services of the environment together; null for no limit. */
    public record LimitsView(String cpu, String memory) {}

    /**
     * A time in which nothing is deployed: once, or again and again.
     *
     * @param from RFC 3339, with {@code until}
     * @param cron when it begins, in five fields, with {@code duration_minutes} and {@code time_zone} (UTC unless said)
     */
    public record FreezeWindowView(
            String name, String from, String until, String cron, Integer durationMinutes, String timeZone) {
        static FreezeWindowView of(FreezeWindow window) {
            return new FreezeWindowView(
                    window.name(),
                    window.from(),
                    window.until(),
                    window.cron(),
                    window.durationMinutes(),
                    window.timeZone());
        }

        FreezeWindow window() {
            return new FreezeWindow(name, from, until, cron, durationMinutes, timeZone);
        }
    }

    /** The window that is on now, and when it is over. */
    public record FrozenView(String window, Instant until) {}

    /** @param autoDeploy whether a pipeline that a push or its schedule started deploys here without an approval; false unless given */
    public record ConfigView(Boolean autoDeploy, LimitsView resourceLimits, List<FreezeWindowView> freezeWindows) {}

    /** @param type {@code development}, {@code test}, {@code preview}, {@code staging} or {@code production} */
    public record EnvironmentRequest(String name, String type, String cluster, String namespace, ConfigView config) {
        EnvironmentService.Draft draft() {
            LimitsView limits = config == null || config.resourceLimits() == null
                    ? new LimitsView(null, null)
                    : config.resourceLimits();
            return new EnvironmentService.Draft(
                    name,
                    type,
                    cluster,
                    namespace,
                    config == null ? null : config.autoDeploy(),
                    limits.cpu(),
                    limits.memory(),
                    config == null || config.freezeWindows() == null
                            ? null
                            : config.freezeWindows().stream()
                                    .map(one -> one == null ? null : one.window())
                                    .toList());
        }
    }

    public record EnvironmentView(
            String name,
            String type,
            String cluster,
            String namespace,
            ConfigView config,
            FrozenView frozen,
            Instant createdAt,
            Instant updatedAt) {
        static EnvironmentView of(Environment environment, Optional<Freeze> frozen) {
            return new EnvironmentView(
                    environment.name(),
                    environment.type().name().toLowerCase(Locale.ROOT),
                    environment.cluster(),
                    environment.namespace(),
                    new ConfigView(
                            environment.autoDeploy(),
                            new LimitsView(environment.cpuLimit(), environment.memoryLimit()),
                            environment.freezeWindows().stream()
                                    .map(FreezeWindowView::of)
                                    .toList()),
                    frozen.map(freeze -> new FrozenView(freeze.window(), freeze.until()))
                            .orElse(null),
                    environment.createdAt(),
                    environment.updatedAt());
        }
    }

    public record EnvironmentList(List<EnvironmentView> environments, long total, int limit, int offset) {}

    @Activate
    public EnvironmentResource(@Reference EnvironmentService environments) {
        this.environments = environments;
    }

    private EnvironmentView view(Environment environment) {
        return EnvironmentView.of(environment, environments.frozen(environment));
    }

    @GET
    @Endpoint(operationId = "listEnvironments", summary = "Environments by name", permission = "environment:read")
    public EnvironmentList list(@Context Caller caller, @Context PageRequest request) {
        List<Environment> all = environments.list(caller);
        List<EnvironmentView> page = all.stream()
                .skip(request.offset())
                .limit(request.limit())
                .map(this::view)
                .toList();
        return new EnvironmentList(page, all.size(), request.limit(), request.offset());
    }

    @GET
    @Path("/{name}")
    @Endpoint(
            operationId = "getEnvironment",
            summary = "An environment",
            permission = "environment:read",
            errors = ErrorKind.NOT_FOUND)
    public EnvironmentView get(@Context Caller caller, @PathParam("name") String name) {
        return view(environments.get(caller, name));
    }

    @POST
    @Endpoint(
            operationId = "createEnvironment",
            summary = "Make an environment",
            permission = "environment:create",
            status = 201,
            response = EnvironmentView.class,
            errors = {ErrorKind.VALIDATION, ErrorKind.CONFLICT})
    public Response create(@Context Caller caller, @Valid @NotNull EnvironmentRequest request) {
        EnvironmentView made = view(environments.create(caller, request.draft()));
        return Response.created(URI.create("/api/v1/environments/" + made.name()))
                .entity(made)
                .build();
    }

    @PUT
    @Path("/{name}")
    @Endpoint(
            operationId = "updateEnvironment",
            summary = "Change an environment; limits count from the next deployment on",
            permission = "environment:update",
            errors = {ErrorKind.VALIDATION, ErrorKind.NOT_FOUND})
    public EnvironmentView update(
            @Context Caller caller, @PathParam("name") String name, @Valid @NotNull EnvironmentRequest request) {
        return view(environments.update(caller, name, request.draft()));
    }

    @DELETE
    @Path("/{name}")
    @Endpoint(
            operationId = "deleteEnvironment",
            summary = "Delete an environment that no service is deployed to",
            permission = "environment:delete",
            status = 204,
            errors = {ErrorKind.NOT_FOUND, ErrorKind.CONFLICT})
    public void delete(@Context Caller caller, @PathParam("name") String name) {
        environments.delete(caller, name);
    }
}
