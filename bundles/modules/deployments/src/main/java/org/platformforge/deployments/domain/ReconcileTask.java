package org.platformforge.deployments.domain;

import java.time.Duration;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.deployments.store.DeploymentTable;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.jobs.RecurringTask;
import org.platformforge.kernel.api.store.Store;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Goes on with what nobody is waiting for. */
@Component(service = RecurringTask.class)
public final class ReconcileTask implements RecurringTask {
    private static final Logger LOG = LoggerFactory.getLogger(ReconcileTask.class);
    private static final Duration PERIOD = Duration.ofSeconds(2);
    private static final int MOST_AT_ONCE = 1000;

    private final Store store;
    private final DeploymentTable deployments;
    private final Reconciler reconciler;
    private final Chain chain;

    @Activate
    public ReconcileTask(
            @Reference Store store,
            @Reference DeploymentTable deployments,
            @Reference Reconciler reconciler,
            @Reference Chain chain) {
        this.store = store;
        this.deployments = deployments;
        this.reconciler = reconciler;
        this.chain = chain;
    }

    @Override
    public String name() {
        return "deployments.reconcile";
    }

    @Override
    public Duration period() {
        return PERIOD;
    }

    @Override
    public void run() {
        if (chain.deliveryNow().isEmpty()) {
            return; // it is being swapped
        }
        List<Deployment> busy = store.call(Store.ALL_TENANTS, tx -> deployments.busy(tx, MOST_AT_ONCE));
        for (Deployment deployment : busy) {
            try {
                reconciler.advance(deployment);
            } catch (PlatformException e) {
                LOG.info("{} is looked at again later: {}", deployment, e.getMessage());
            }
        }
    }
}
