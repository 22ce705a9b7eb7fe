package org.platformforge.deployments.domain;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.deployments.store.DeploymentTable;
import org.platformforge.deployments.store.LogTable;
import org.platformforge.kernel.api.jobs.RecurringTask;
import org.platformforge.kernel.api.store.Store;

/** Keeps what running deployments write, before an engine's own log turns over; and drops what nobody needs any more. */
@Component(service = RecurringTask.class)
public final class LogTask implements RecurringTask {
    private static final Duration PERIOD = Duration.ofSeconds(5);

    private final Store store;
    private final DeploymentTable deployments;
    private final LogTable table;
    private final LogKeeper logs;
    private final Settings settings;

    @Activate
    public LogTask(
            @Reference Store store,
            @Reference DeploymentTable deployments,
            @Reference LogTable table,
            @Reference LogKeeper logs,
            @Reference Settings settings) {
        this.store = store;
        this.deployments = deployments;
        this.table = table;
        this.logs = logs;
        this.settings = settings;
    }

    @Override
    public String name() {
        return "deployments.logs";
    }

    @Override
    public Duration period() {
        return PERIOD;
    }

    @Override
    public void run() {
        store.call(Store.ALL_TENANTS, deployments::running).forEach(logs::collect);
        int days = Math.max(0, settings.now().log_days());
        store.run(Store.ALL_TENANTS, tx -> table.purge(tx, tx.now().minus(days, ChronoUnit.DAYS)));
    }
}
