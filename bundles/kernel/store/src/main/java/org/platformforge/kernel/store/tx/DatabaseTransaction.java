package org.platformforge.kernel.store.tx;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import javax.persistence.EntityManager;
import javax.persistence.EntityManagerFactory;
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

    /** The same in every transaction, so that the locks are taken in one order everywhere. */
    public enum Order {
        AUDIT,
        EVENTS
    }

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseTransaction.class);

    private final String tenantId;
    private final Connection pooled;
    private final Connection connection;
    private final EntityManagerFactory entities;
    private final Instant now;
    private final Map<Order, List<Finisher>> finishers = new EnumMap<>(Order.class);
    private final List<Runnable> afterCommit = new ArrayList<>();
    private final Map<Object, Object> attached = new IdentityHashMap<>();
    private EntityManager em;
    private Throwable doomedBy;
    private boolean ended;

    /**
     * @param pooled given back to its pool at the end
     * @param connection the same one, as others may use it
     * @param entities null when the bundle has none
     */
    DatabaseTransaction(
            String tenantId, Connection pooled, Connection connection, EntityManagerFactory entities, Instant now) {
        this.tenantId = tenantId;
        this.pooled = pooled;
        this.connection = connection;
        this.entities = entities;
        this.now = now;
    }

    @Override
    public String tenantId() {
        return tenantId;
    }

    /** Made when first asked for: work that is plain SQL does not pay for entities. */
    @Override
    public EntityManager em() {
        requireRunning();
        if (entities == null) {
            throw new IllegalStateException(
                    "This bundle has no META-INF/persistence.xml and so no entities; use connection()");
        }
        if (em == null) {
            em = entities.createEntityManager();
            em.getTransaction().begin();
        }
        return em;
    }

    @Override
    public Connection connection() {
        requireRunning();
        return connection;
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
    public void beforeCommit(Order order, Finisher finisher) {
        requireRunning();
        finishers.computeIfAbsent(order, absent -> new ArrayList<>()).add(finisher);
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
        if (em != null) {
            // Writes the entities; the connection's own commit is below.
            em.getTransaction().commit();
        }
        for (List<Finisher> sameOrder : finishers.values()) {
            for (Finisher finisher : sameOrder) {
                finisher.beforeCommit(connection);
            }
        }
        ended = true;
        pooled.commit();
    }

    /**
     * Never throws: what the database does not roll back now, it rolls back when the connection goes.
     *
     * @return false when the connection was lost
     */
    boolean rollback() {
        ended = true;
        try {
            pooled.rollback();
            return true;
        } catch (SQLException e) {
            LOG.debug("The rollback failed", e);
            return false;
        }
    }

    /** Gives the connection back. Never throws. */
    void close() {
        ended = true;
        try {
            if (em != null) {
                closeEntities();
            }
        } finally {
            giveBack(pooled);
        }
    }

    private void closeEntities() {
        try {
            if (em.getTransaction().isActive()) {
                em.getTransaction().rollback();
            }
            em.close();
        } catch (RuntimeException e) {
            LOG.debug("The entity manager could not be closed", e);
        }
    }

    static void giveBack(Connection pooled) {
        try {
            pooled.close();
        } catch (SQLException e) {
            LOG.debug("The connection could not be given back", e);
        }
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
