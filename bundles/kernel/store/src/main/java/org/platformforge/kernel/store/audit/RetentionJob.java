package org.platformforge.kernel.store.audit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.platformforge.kernel.api.store.AuditRecord;
import org.platformforge.kernel.api.store.AuditTrail;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.kernel.store.database.SqlTime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes a contiguous beginning of each tenant's chain: what is older than the period, by number and never by time alone.
 * The same transaction records what went. The only code that deletes audit records. Several nodes may run it.
 */
final class RetentionJob {
    private static final Logger LOG = LoggerFactory.getLogger(RetentionJob.class);
    /** Few enough for any statement time-out. */
    private static final int AT_ONCE = 5000;

    private final Store store;
    private final JdbcAuditLog log;
    private final Duration period;
    private volatile boolean failing;

    /** @param period zero to keep everything */
    RetentionJob(Store store, JdbcAuditLog log, Duration period) {
        this.store = store;
        this.log = log;
        this.period = period;
    }

    Duration period() {
        return period;
    }

    /** When a node last came to the end of this tenant's chain, or null. */
    static Instant lastRun(Connection connection, String tenantId) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT retained_at FROM store_audit_chain WHERE tenant_id = ?")) {
            select.setString(1, tenantId);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? SqlTime.get(row, "retained_at") : null;
            }
        }
    }

    /** Whether the last run did not come to its end. */
    boolean failing() {
        return failing;
    }

    void run() {
        boolean ended = false;
        try {
            removeOld();
            ended = true;
        } finally {
            failing = !ended;
        }
    }

    private void removeOld() {
        if (period.isZero()) {
            return;
        }
        for (String tenant : store.call(Store.ALL_TENANTS, RetentionJob::tenants)) {
            long removed = removeOld(tenant);
            store.run(tenant, tx -> ran(tx, tenant));
            if (removed > 0) {
                LOG.info("{} audit records of tenant {} past their retention were removed", removed, tenant);
            }
        }
    }

    private static void ran(Transaction tx, String tenant) throws SQLException {
        try (PreparedStatement update =
                tx.connection().prepareStatement("UPDATE store_audit_chain SET retained_at = ? WHERE tenant_id = ?")) {
            SqlTime.set(update, 1, tx.now());
            update.setString(2, tenant);
            update.executeUpdate();
        }
    }

    private static List<String> tenants(Transaction tx) throws SQLException {
        List<String> tenants = new ArrayList<>();
        try (PreparedStatement select = tx.connection().prepareStatement("SELECT tenant_id FROM store_audit_chain");
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                tenants.add(row.getString(1));
            }
        }
        return tenants;
    }

    private long removeOld(String tenant) {
        long removed = 0;
        long last;
        do {
            last = store.call(tenant, tx -> removeSome(tx, tenant));
            removed += last;
        } while (last == AT_ONCE);
        return removed;
    }

    private long removeSome(Transaction tx, String tenant) throws SQLException {
        Connection connection = tx.connection();
        ChainHead seen = ChainHead.read(connection, tenant);
        long last = Math.min(
                beforeYoungest(connection, tenant, tx.now().minus(period), seen), seen.firstSequence() + AT_ONCE - 1);
        // One record alone is the tombstone of the last removal: removing it would only make another one.
        if (last <= seen.firstSequence()) {
            return 0;
        }
        ChainHead head = log.chain().lock(connection, tenant);
        if (head.firstSequence() != seen.firstSequence()) {
            return 0; // another node was first
        }
        ChainedRow first = one(connection, tenant, head.firstSequence());
        ChainedRow newest = one(connection, tenant, last);
        if (first == null || newest == null) {
            LOG.error("The audit chain of tenant {} is broken: nothing of it is removed", tenant);
            return 0;
        }
        delete(connection, tenant, last);
        CheckpointTable.removeBefore(connection, tenant, last + 1);
        new ChainHead(head.lastSequence(), head.lastHash(), last + 1, newest.hash()).write(connection, tenant);
        log.append(
                tx,
                AuditRecord.success(
                        new SystemCaller(tenant), AuditTrail.RETENTION, tenant, Tombstones.details(first, newest)));
        return last - head.firstSequence() + 1;
    }

    /** The number before that of the first record which is young enough to be kept. */
    private static long beforeYoungest(Connection connection, String tenant, Instant limit, ChainHead head)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT MIN(sequence) FROM store_audit WHERE tenant_id = ? AND recorded_at >= ?")) {
            select.setString(1, tenant);
            SqlTime.set(select, 2, limit);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                long youngest = row.getLong(1);
                return row.wasNull() ? head.lastSequence() : youngest - 1;
            }
        }
    }

    private static ChainedRow one(Connection connection, String tenant, long sequence) throws SQLException {
        return AuditTable.between(connection, tenant, sequence, sequence).stream()
                .findFirst()
                .orElse(null);
    }

    private static void delete(Connection connection, String tenant, long last) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("DELETE FROM store_audit WHERE tenant_id = ? AND sequence <= ?")) {
            delete.setString(1, tenant);
            delete.setLong(2, last);
            delete.executeUpdate();
        }
    }
}
