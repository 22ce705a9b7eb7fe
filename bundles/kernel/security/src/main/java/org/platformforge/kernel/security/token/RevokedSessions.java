package org.platformforge.kernel.security.token;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.kernel.security.db.Inserts;
import org.platformforge.kernel.security.db.Timestamps;

/**
 * Sessions whose access tokens are refused although they have not expired. A row outlives every token of its session;
 * all live rows are in memory, so a request asks no database. Thread-safe.
 */
@Component(service = RevokedSessions.class)
public final class RevokedSessions {
    /** A transaction's time is that of its start: rows are looked for again this far back. */
    private static final Duration OVERLAP = Duration.ofSeconds(60);
    /**
     * The longest life of a token, and an hour: rows must outlive a token of a longer life that was configured once.
     */
    private static final Duration KEPT = Duration.ofHours(25);

    private final Store store;
    private final boolean postgresql;
    private final Map<Session, Instant> revoked = new ConcurrentHashMap<>();
    private Instant seenUntil = Instant.EPOCH;

    private record Session(String tenantId, String id) {}

    @Activate
    public RevokedSessions(@Reference Store store) {
        this.store = store;
        this.postgresql = "postgresql".equals(store.databaseKind());
    }

    boolean contains(String tenantId, String sessionId) {
        return !revoked.isEmpty() && revoked.containsKey(new Session(tenantId, sessionId));
    }

    void revoke(String tenantId, String sessionId) {
        store.run(tenantId, tx -> revoke(tx, tenantId, sessionId));
    }

    /** In a transaction of any bundle's store; known here when it has committed. */
    void revoke(Transaction tx, String tenantId, String sessionId) {
        Instant end = tx.now().plus(KEPT);
        String insert =
                "INSERT INTO sec_revoked_session (tenant_id, session_id, revoked_at, expires_at)" + " VALUES (?,?,?,?)";
        try {
            Inserts.ifAbsent(tx, postgresql, insert, row -> {
                row.setString(1, tenantId);
                row.setString(2, sessionId);
                Timestamps.set(row, 3, tx.now());
                Timestamps.set(row, 4, end);
            });
        } catch (SQLException e) {
            throw new IllegalStateException("The revocation of a session could not be written", e);
        }
        tx.afterCommit(() -> revoked.put(new Session(tenantId, sessionId), end));
    }

    /** Learns what other nodes revoked since the last time. Called by one thread. */
    public void poll(Transaction tx) throws SQLException {
        try (PreparedStatement select = tx.connection()
                .prepareStatement("SELECT tenant_id, session_id, expires_at FROM sec_revoked_session"
                        + " WHERE revoked_at > ? AND expires_at > ?")) {
            Timestamps.set(select, 1, seenUntil);
            Timestamps.set(select, 2, tx.now());
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    revoked.put(new Session(rows.getString(1), rows.getString(2)), Timestamps.get(rows, "expires_at"));
                }
            }
        }
        seenUntil = tx.now().minus(OVERLAP);
        Instant now = tx.now();
        revoked.values().removeIf(end -> end.isBefore(now));
    }

    /** Removes rows that no token needs any more. */
    public void clean() {
        store.run(Store.ALL_TENANTS, tx -> {
            try (PreparedStatement delete =
                    tx.connection().prepareStatement("DELETE FROM sec_revoked_session WHERE expires_at < ?")) {
                Timestamps.set(delete, 1, tx.now());
                delete.executeUpdate();
            }
        });
    }
}
