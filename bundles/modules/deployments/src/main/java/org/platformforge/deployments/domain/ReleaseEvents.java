package org.platformforge.deployments.domain;

import java.util.Optional;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.deployments.store.DeploymentTable;
import org.platformforge.kernel.api.store.Event;
import org.platformforge.kernel.api.store.EventListener;
import org.platformforge.kernel.api.store.Store;

/** Looks at a deployment as soon as one of its releases has ended, whoever made it. */
@Component(service = EventListener.class)
public final class ReleaseEvents implements EventListener {
    private final Store store;
    private final DeploymentTable deployments;
    private final Reconciler reconciler;

    @Activate
    public ReleaseEvents(
            @Reference Store store, @Reference DeploymentTable deployments, @Reference Reconciler reconciler) {
        this.store = store;
        this.deployments = deployments;
        this.reconciler = reconciler;
    }

    @Override
    public String name() {
        return "deployments.releases";
    }

    @Override
    public Set<String> types() {
        return Set.of("release.active", "release.failed", "release.cancelled");
    }

    @Override
    public void onEvent(Event event) {
        if (!(event.data().get("service") instanceof String service)) {
            return;
        }
        Optional<Deployment> found =
                store.call(event.tenantId(), tx -> deployments.byService(tx, event.tenantId(), service));
        found.ifPresent(reconciler::advance);
    }
}
