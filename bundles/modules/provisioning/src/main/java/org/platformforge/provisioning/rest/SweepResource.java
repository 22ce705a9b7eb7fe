package org.platformforge.provisioning.rest;

import javax.ws.rs.DefaultValue;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.QueryParam;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;
import org.platformforge.provisioning.domain.EngineSweep;
import org.platformforge.provisioning.domain.EngineSweep.Report;
import org.platformforge.provisioning.rest.SweepViews.SweepView;

/** For operators: what engines hold that no record knows, and what records name that no engine holds, of all tenants. */
@Component(service = SweepResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.PLATFORM_API, tag = "Resources")
@Path("/api/v1/sweep")
@Produces(MediaType.APPLICATION_JSON)
public class SweepResource {
    private final EngineSweep sweep;

    @Activate
    public SweepResource(@Reference EngineSweep sweep) {
        this.sweep = sweep;
    }

    @GET
    @Endpoint(
            operationId = "getSweep",
            summary = "Compare what engines hold with what records name",
            permission = "system:sweep",
            scope = Endpoint.Scope.PLATFORM)
    public SweepView look() {
        return SweepMapper.sweep(sweep.look(), null);
    }

    @POST
    @Endpoint(
            operationId = "runSweep",
            summary = "Remove what engines hold and no record knows; dry_run=true (the default) only shows it",
            permission = "system:sweep",
            scope = Endpoint.Scope.PLATFORM,
            errors = ErrorKind.UNAVAILABLE)
    public SweepView run(@Context Caller caller, @QueryParam("dry_run") @DefaultValue("true") boolean dryRun) {
        Report report = sweep.look();
        try {
            return SweepMapper.sweep(report, dryRun ? null : sweep.remove(caller, report));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw PlatformException.of(ErrorKind.UNAVAILABLE, "The platform is stopping; sweep again")
                    .withCause(e);
        }
    }
}
