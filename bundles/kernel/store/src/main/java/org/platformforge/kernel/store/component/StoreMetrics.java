package org.platformforge.kernel.store.component;

import com.zaxxer.hikari.HikariPoolMXBean;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.metrics.MetricSink;
import org.platformforge.kernel.api.metrics.MetricSource;
import org.platformforge.kernel.api.store.Sql;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.store.database.Database;

/** The connection pool, the outbox and the audit log's queue. Thread-safe. */
@Component
public final class StoreMetrics implements MetricSource {
    private final Store store;
    private final StoreRuntime runtime;
    private final AuditComponent audit;
    private final EventDeliveryComponent delivery;

    /** How many events wait for the listener that is furthest behind, and how many were given up. */
    private record Backlog(long events, long deadLetters) {}

    @Activate
    public StoreMetrics(
            @Reference Store store,
            @Reference StoreRuntime runtime,
            @Reference AuditComponent audit,
            @Reference EventDeliveryComponent delivery) {
        this.store = store;
        this.runtime = runtime;
        this.audit = audit;
        this.delivery = delivery;
    }

    @Override
    public String name() {
        return "store";
    }

    /** What is in memory first: it is told even when the database does not answer. */
    @Override
    public void collect(MetricSink sink) {
        pool(sink);
        sink.gauge("forge_audit_queue_records", "Refused attempts that wait to be recorded.", audit.waiting());
        sink.counter(
                "forge_audit_dropped_records_total",
                "Refused attempts that were not recorded, because too many came at once.",
                audit.dropped());
        delivery.listenersWithDeadLetters()
                .forEach((listener, count) -> sink.gauge(
                        "forge_outbox_dead_letters",
                        "Events a listener was given up on.",
                        count,
                        "listener",
                        listener));
        Backlog backlog = store.call(
                Store.ALL_TENANTS,
                tx -> new Backlog(
                        Sql.number(
                                tx.connection(),
                                "SELECT SUM(s.last_sequence - d.position) FROM store_delivery d"
                                        + " JOIN store_sequence s ON s.tenant_id = d.tenant_id"
                                        + " WHERE s.last_sequence > d.position"),
                        Sql.number(tx.connection(), "SELECT COUNT(*) FROM store_dead_letter")));
        sink.gauge("forge_outbox_backlog_events", "Deliveries of events that are still to be made.", backlog.events());
        sink.gauge(
                "forge_outbox_dead_letters_all", "Events that were given up, of all listeners.", backlog.deadLetters());
    }

    private void pool(MetricSink sink) {
        Database database = runtime.database();
        HikariPoolMXBean use = database.use();
        if (use == null) {
            return;
        }
        String pool = "forge-store";
        sink.gauge("hikaricp_connections", "Connections there are.", use.getTotalConnections(), "pool", pool);
        sink.gauge("hikaricp_connections_active", "Connections in use.", use.getActiveConnections(), "pool", pool);
        sink.gauge(
                "hikaricp_connections_idle", "Connections that wait for work.", use.getIdleConnections(), "pool", pool);
        sink.gauge(
                "hikaricp_connections_pending",
                "Threads that wait for a connection.",
                use.getThreadsAwaitingConnection(),
                "pool",
                pool);
        sink.gauge("hikaricp_connections_max", "Connections there may be.", database.most(), "pool", pool);
    }
}
