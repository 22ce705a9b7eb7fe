package org.platformforge.kernel.store.tx;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import javax.persistence.EntityManager;
import org.platformforge.kernel.api.store.Transaction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One running transaction. Used by one thread. */
public final class DatabaseTransaction implements Transaction {
    /** Work that belongs to the transaction but is best done last, because it takes locks others wait for. */
    @FunctionalInterface
    public interface Finisher {
        void beforeCommit(Connection connection) throws SQLException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseTransaction.class);

    private final String tenantId;
    private final ConnectionScope scope;
    private final Instant now;
    private final List<Finisher> finishers = new ArrayList<>();
    private final List<Runnable> afterCommit = new ArrayList<>();
    private final Map<Object, Object> attached = new IdentityHashMap<>();
    private Throwable doomedBy;
    private boolean ended;

    DatabaseTransaction(String tenantId, ConnectionScope scope, Instant now) {
        this.tenantId = tenantId;
        this.scope = scope;
        this.now = now;
    }

    @Override
    public String tenantId() {
        return tenantId;
    }

    @Override
    public EntityManager em() {
        requireRunning();
        return scope.em();
    }

    @Override
    public Connection connection() {
        requireRunning();
        return scope.connection();
    }

    @Override
    public Instant now() {
        return now;
    }

    @Override
    public void afterCommit(Runnable action) {
        requireRunning();
        afterCommit.add(action);
    }

    /** Runs after the work and before the commit, once the entities are written. */
    public void beforeCommit(Finisher finisher) {
        requireRunning();
        finishers.add(finisher);
    }

    /** What an owner keeps with this transaction; made when first asked for. */
    @SuppressWarnings("unchecked")
    public <R> R attached(Object owner, Supplier<R> maker) {
        requireRunning();
        return (R) attached.computeIfAbsent(owner, absent -> maker.get());
    }

    private void requireRunning() {
        if (ended) {
            throw new IllegalStateException("The transaction has ended");
        }
    }

    /** A part of the work failed: whatever the rest does, nothing of it is committed. */
    void doom(Throwable cause) {
        if (doomedBy == null) {
            doomedBy = cause;
        }
    }

    Throwable doomedBy() {
        return doomedBy;
    }

    void commit() throws SQLException {
        if (!finishers.isEmpty()) {
            scope.flush();
            for (int i = 0; i < finishers.size(); i++) {
                finishers.get(i).beforeCommit(scope.connection());
            }
        }
        ended = true;
        scope.commit();
    }

    void rollback() {
        ended = true;
        scope.rollback();
    }

    void close() {
        ended = true;
        scope.close();
    }

    /** The commit stands whatever these do. */
    void runAfterCommit() {
        for (Runnable action : afterCommit) {
            try {
                action.run();
            } catch (RuntimeException e) {
                LOG.error("An action after a commit failed; the commit stands", e);
            }
        }
    }
}
