package org.platformforge.kernel.jobs;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.metrics.MetricSink;
import org.platformforge.kernel.api.metrics.MetricSource;
import org.platformforge.kernel.api.store.Sql;
import org.platformforge.kernel.api.store.Store;

/** Operations by their states, of all nodes and tenants together, and what this node executes. Thread-safe. */
@Component
public final class JobsMetrics implements MetricSource {
    private final Store store;
    private final JobsComponent jobs;

    /** One state's number of operations. */
    private record Count(String status, long operations) {}

    @Activate
    public JobsMetrics(@Reference Store store, @Reference JobsComponent jobs) {
        this.store = store;
        this.jobs = jobs;
    }

    @Override
    public String name() {
        return "jobs";
    }

    @Override
    public void collect(MetricSink sink) {
        sink.gauge("forge_jobs_executing", "Operations that this node is executing.", jobs.executing());
        Map<String, Long> counts = store.call(
                Store.ALL_TENANTS,
                tx -> Sql.list(
                                tx.connection(),
                                "SELECT status, COUNT(*) FROM jobs_operation GROUP BY status",
                                row -> new Count(row.getString(1), row.getLong(2)))
                        .stream()
                        .collect(Collectors.toMap(Count::status, Count::operations)));
        for (Operation.Status status : Operation.Status.values()) {
            sink.gauge(
                    "forge_jobs_operations",
                    "Kept operations by status: pending are the queue.",
                    counts.getOrDefault(status.name(), 0L),
                    "status",
                    status.name().toLowerCase(Locale.ROOT));
        }
    }
}
