package org.platformforge.delivery.domain;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.delivery.domain.RolloutPlan.Share;
import org.platformforge.delivery.store.ReleaseRow;
import org.platformforge.delivery.store.ReleaseTable;
import org.platformforge.delivery.store.TargetRow;
import org.platformforge.kernel.api.delivery.Resources;
import org.platformforge.kernel.api.delivery.Resources.Seen;
import org.platformforge.kernel.api.jobs.OperationException;
import org.platformforge.kernel.api.jobs.StepContext;
import org.platformforge.kernel.api.store.Store;

/** The one route of a service in an environment, and who is behind it. Thread-safe. */
@Component(service = Traffic.class)
public final class Traffic {
    private final Store store;
    private final ReleaseTable releases;
    private final Engines engines;

    @Activate
    public Traffic(@Reference Store store, @Reference ReleaseTable releases, @Reference Engines engines) {
        this.store = store;
        this.releases = releases;
        this.engines = engines;
    }

    /** The instances of the release that serves; none when none does. */
    List<String> serving(TargetRow target) {
        if (target.current() == null) {
            return List.of();
        }
        return store.call(target.tenantId(), tx -> releases.find(tx, target.tenantId(), target.current()))
                .map(ReleaseRow::instances)
                .orElse(List.of());
    }

    /** Returns when all traffic goes where it shall, and who lost it has answered what it was asked. */
    void give(StepContext context, TargetRow target, List<Share> shares)
            throws OperationException, InterruptedException {
        Resources resources = engines.resources();
        List<Map<String, Object>> upstreams = new ArrayList<>();
        for (Share share : shares) {
            Optional<Seen> seen = resources.find(target.tenantId(), share.instance());
            String address = seen.map(found -> found.outputs().get("address")).orElse(null);
            if (address != null) { // one that is gone cannot serve, and must not keep the others from it
                upstreams.add(RolloutPlan.upstream(share, address));
            }
        }
        if (upstreams.isEmpty()) {
            throw OperationException.transientFailure(
                    "INSTANCE_MISSING", "No instance that could get traffic has an address", Duration.ZERO, null);
        }
        resources.apply(context, Wishes.route(target, upstreams));
    }

    /** All traffic to what serves, as if nothing had been begun; without that there is no route. */
    void restore(StepContext context, TargetRow target) throws OperationException, InterruptedException {
        List<String> serving = serving(target);
        if (serving.isEmpty()) {
            engines.resources().remove(context, target.routeId());
        } else {
            give(
                    context,
                    target,
                    serving.stream().map(instance -> new Share(instance, 1)).toList());
        }
    }
}
