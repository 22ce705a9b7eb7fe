package org.platformforge.kernel.http.health;

import java.util.List;
import java.util.Locale;
import javax.validation.constraints.Max;
import javax.validation.constraints.Min;
import javax.validation.constraints.Size;
import javax.ws.rs.DELETE;
import javax.ws.rs.DefaultValue;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.QueryParam;
import javax.ws.rs.core.Context;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;
import org.platformforge.kernel.api.module.ModuleManager;
import org.platformforge.kernel.http.module.ModuleHistory;

/** What is installed, and how it is taken away. */
@Component(service = ModuleResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.PLATFORM_API, tag = "Modules")
@Path("/api/v1/modules")
public final class ModuleResource {
    private final ModuleManager modules;
    private final ModuleHistory history;

    public record Modules(List<Module> modules) {}

    public record Removed(List<Module> removed) {}

    /** @param upgrades the newest first */
    public record Upgrades(List<ModuleHistory.Change> upgrades) {}

    /** @param problem why it is not served, empty when it is; only operators see it */
    public record Module(
            String name, String version, String state, long generation, int routes, int inFlight, String problem) {
        static Module of(ModuleManager.Module module, boolean detailed) {
            return new Module(
                    module.symbolicName(),
                    module.version(),
                    module.state().name().toLowerCase(Locale.ROOT),
                    module.generation(),
                    module.routes(),
                    module.inFlight(),
                    detailed ? module.problem() : "");
        }
    }

    @Activate
    public ModuleResource(@Reference ModuleManager modules, @Reference ModuleHistory history) {
        this.modules = modules;
        this.history = history;
    }

    @GET
    @Endpoint(
            operationId = "listModules",
            summary = "The installed modules",
            permission = "module:read",
            scope = Endpoint.Scope.PLATFORM)
    public Modules list(@Context Caller caller) {
        boolean detailed = Operators.include(caller);
        return new Modules(modules.list().stream()
                .map(module -> Module.of(module, detailed))
                .toList());
    }

    @GET
    @Path("/upgrades")
    @Endpoint(
            operationId = "listModuleUpgrades",
            summary = "What was done to modules while the platform ran, and how many requests failed meanwhile",
            permission = "module:read",
            scope = Endpoint.Scope.PLATFORM,
            errors = {ErrorKind.VALIDATION, ErrorKind.UNAVAILABLE})
    public Upgrades upgrades(
            @Context Caller caller,
            @QueryParam("module") @Size(max = 200) String module,
            @QueryParam("limit") @DefaultValue("100") @Min(1) @Max(1000) int limit) {
        return new Upgrades(history.newest(module, limit));
    }

    @DELETE
    @Path("/{name}")
    @Endpoint(
            operationId = "removeModule",
            summary = "Take a module away for good; refused while something needs it, unless forced",
            permission = "module:remove",
            scope = Endpoint.Scope.PLATFORM,
            errors = {ErrorKind.NOT_FOUND, ErrorKind.CONFLICT, ErrorKind.VALIDATION})
    public Removed remove(
            @Context Caller caller,
            @PathParam("name") String name,
            @QueryParam("force") @DefaultValue("false") boolean force) {
        return new Removed(modules.remove(caller, name, force).stream()
                .map(module -> Module.of(module, true))
                .toList());
    }
}
