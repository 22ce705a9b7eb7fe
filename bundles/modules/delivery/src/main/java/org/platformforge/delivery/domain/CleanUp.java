package org.platformforge.delivery.domain;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.delivery.store.ReleaseRow;
import org.platformforge.delivery.store.ReleaseTable;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.delivery.Release;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.Operations;
import org.platformforge.kernel.api.jobs.RecurringTask;
import org.platformforge.kernel.api.store.Store;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that nothing is left of releases that do not serve, whatever happened to the operation that was to remove it.
 */
@Component(service = RecurringTask.class)
public final class CleanUp implements RecurringTask {
    private static final Logger LOG = LoggerFactory.getLogger(CleanUp.class);
    private static final Duration PERIOD = Duration.ofSeconds(30);
    private static final int MOST_AT_ONCE = 50;

    private final Store store;
    private final ReleaseTable releases;
    private final Operations operations;
    private final Trail trail;

    @Activate
    public CleanUp(
            @Reference Store store,
            @Reference ReleaseTable releases,
            @Reference Operations operations,
            @Reference Trail trail) {
        this.store = store;
        this.releases = releases;
        this.operations = operations;
        this.trail = trail;
    }

    @Override
    public String name() {
        return "delivery.clean-up";
    }

    @Override
    public Duration period() {
        return PERIOD;
    }

    @Override
    public void run() {
        List<ReleaseRow> left = store.call(Store.ALL_TENANTS, tx -> releases.notCleaned(tx, tx.now(), MOST_AT_ONCE));
        for (ReleaseRow row : left) {
            try {
                retire(row);
            } catch (PlatformException e) {
                LOG.info(
                        "What is left of {} is not removed now: {}",
                        row.release().id(),
                        e.getMessage());
            }
        }
    }

    /** Operations are kept by another bundle, whose transaction must not run inside of ours. */
    private void retire(ReleaseRow row) {
        Release release = row.release();
        String tenantId = release.tenantId();
        Optional<Operation> last = operations.findByTarget(tenantId, RetireHandler.KIND, release.id());
        if (last.isPresent() && !last.get().status().finished()) {
            return;
        }
        if (last.isPresent() && last.get().status() == Operation.Status.FAILED) {
            operations.retry(trail.system(tenantId), last.get().id());
            return;
        }
        store.run(
                tenantId,
                tx -> operations.submit(
                        tx, trail.system(tenantId), RetireHandler.KIND, release.id(), RetireHandler.input(row)));
    }
}
