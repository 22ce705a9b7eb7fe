package org.platformforge.kernel.features.rest;

import java.util.List;
import java.util.Locale;
import javax.ws.rs.Consumes;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
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
import org.platformforge.kernel.features.FeatureSetPlan;
import org.platformforge.kernel.features.FeatureSets;
import org.platformforge.kernel.features.rest.FeatureSetViews.FeatureSetChange;
import org.platformforge.kernel.features.rest.FeatureSetViews.FeatureSetList;
import org.platformforge.kernel.features.rest.FeatureSetViews.FeatureSetView;
import org.platformforge.kernel.features.rest.FeatureSetViews.PlanView;

/** The feature sets of the platform, for operators. */
@Component(service = FeatureSetResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.PLATFORM_API, tag = "Feature sets")
@Path("/api/v1/admin/feature-sets")
@Produces(MediaType.APPLICATION_JSON)
public final class FeatureSetResource {
    private final FeatureSets sets;

    @Activate
    public FeatureSetResource(@Reference FeatureSets sets) {
        this.sets = sets;
    }

    @GET
    @Endpoint(
            operationId = "listFeatureSets",
            summary = "Feature sets that are installed, or could be",
            permission = FeatureSets.READ,
            scope = Endpoint.Scope.PLATFORM,
            response = FeatureSetList.class)
    public FeatureSetList list(@Context Caller caller) {
        List<FeatureSetView> views =
                sets.list(caller).stream().map(FeatureSetView::of).toList();
        return new FeatureSetList(views, views.size());
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Endpoint(
            operationId = "changeFeatureSet",
            summary = "Install, uninstall or upgrade a feature set while the platform runs, or say what that would do",
            permission = FeatureSets.CHANGE,
            scope = Endpoint.Scope.PLATFORM,
            response = PlanView.class,
            errors = {ErrorKind.VALIDATION, ErrorKind.NOT_FOUND, ErrorKind.CONFLICT})
    public PlanView change(@Context Caller caller, FeatureSetChange change) {
        if (change == null || change.feature_set() == null) {
            throw PlatformException.invalid("feature_set", "is required");
        }
        FeatureSetPlan.Action action = action(change.action());
        boolean dryRun = Boolean.TRUE.equals(change.dry_run());
        FeatureSetPlan plan = dryRun
                ? sets.plan(caller, change.feature_set(), action, change.version())
                : sets.change(caller, change.feature_set(), action, change.version());
        return PlanView.of(plan, dryRun);
    }

    private static FeatureSetPlan.Action action(String name) {
        try {
            return FeatureSetPlan.Action.valueOf(String.valueOf(name).toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw PlatformException.invalid("action", "must be install, uninstall or upgrade");
        }
    }
}
