package org.platformforge.kernel.store.tx;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import javax.persistence.EntityManagerFactory;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.kernel.store.database.SqlErrors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store of one bundle. A {@code call} within a {@code call} of the same store and tenant on the same thread takes
 * part in the running transaction: it commits with it, and when it fails nothing of the whole is committed. For another
 * tenant it is refused. A call to another bundle's store is a transaction of its own. Thread-safe.
 */
public final class DatabaseStore implements Store, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseStore.class);
    private static final long CLOSE_WAIT_SECONDS = 5;
    private static final long TURN_SECONDS = 5;
    private static final int UNGUARDED_ATTEMPTS = 2;

    private final DatabaseKind kind;
    private final BoundDataSource connections;
    private final EntityManagerFactory entities;
    private final RetryPolicy retries;
    private final ThreadLocal<DatabaseTransaction> current = new ThreadLocal<>();
    private final ReentrantReadWriteLock inUse = new ReentrantReadWriteLock();
    private final Semaphore turn = new Semaphore(1, true);
    private volatile boolean closed;

    /**
     * @param connections the same that the entities were made with
     * @param entities null for a bundle without a persistence unit; closed with the store
     */
    public DatabaseStore(
            DatabaseKind kind, BoundDataSource connections, EntityManagerFactory entities, RetryPolicy retries) {
        this.kind = kind;
        this.connections = connections;
        this.entities = entities;
        this.retries = retries;
    }

    @Override
    public <T> T call(String tenantId, Work<T> work) {
        if (tenantId == null || tenantId.isBlank()) {
            throw new IllegalArgumentException("A transaction needs a tenant");
        }
        DatabaseTransaction running = current.get();
        if (running != null) {
            return join(running, tenantId, work);
        }
        refuseIfClosed();
        inUse.readLock().lock();
        try {
            refuseIfClosed();
            return retrying(tenantId, work);
        } finally {
            inUse.readLock().unlock();
        }
    }

    private void refuseIfClosed() {
        if (closed) {
            throw PlatformException.of(ErrorKind.UNAVAILABLE, "The module is being stopped");
        }
    }

    @Override
    public String databaseKind() {
        return kind.id();
    }

    private <T> T join(DatabaseTransaction running, String tenantId, Work<T> work) {
        if (!running.tenantId().equals(tenantId)) {
            throw new IllegalStateException("A transaction for another tenant is running on this thread");
        }
        try {
            return work.apply(running);
        } catch (Throwable e) {
            running.doom(e);
            throw DatabaseStore.<RuntimeException>asThrown(e);
        }
    }

    /** The outer work may catch it as what it is, checked or not. */
    @SuppressWarnings("unchecked")
    private static <E extends Throwable> E asThrown(Throwable failure) throws E {
        throw (E) failure;
    }

    private <T> T retrying(String tenantId, Work<T> work) {
        for (int attempt = 1; ; attempt++) {
            Attempt<T> result = attempt <= UNGUARDED_ATTEMPTS ? once(tenantId, work) : inTurn(tenantId, work);
            if (result.failure() == null) {
                result.transaction().runAfterCommit();
                return result.value();
            }
            if (result.failure() instanceof Error error) {
                throw error;
            }
            if (attempt >= retries.attempts() || !worthRepeating(result)) {
                throw Failures.toCaller(result.failure());
            }
            LOG.debug("Attempt {} of a transaction lost against another one", attempt, result.failure());
            pause(attempt, result.failure());
        }
    }

    /**
     * Those who lost repeatedly go one after the other: otherwise many threads on the same few rows keep deadlocking.
     * The turn is not waited for without end, because work may call other stores, which have turns of their own.
     */
    private <T> Attempt<T> inTurn(String tenantId, Work<T> work) {
        boolean mine = false;
        try {
            mine = turn.tryAcquire(TURN_SECONDS, TimeUnit.SECONDS);
            return once(tenantId, work);
        } catch (InterruptedException e) {
            return new Attempt<>(null, null, e);
        } finally {
            if (mine) {
                turn.release();
            }
        }
    }

    private static boolean worthRepeating(Attempt<?> result) {
        if (result.failure() instanceof PlatformException) {
            return false;
        }
        SqlErrors.Meaning meaning = SqlErrors.meaning(result.failure());
        // A pooled connection that broke while nobody used it: the work was not begun, so nothing can happen twice.
        boolean stale = result.transaction() == null
                && meaning == SqlErrors.Meaning.CONNECTION
                && !(rootOf(result.failure()) instanceof java.sql.SQLTransientConnectionException);
        return meaning == SqlErrors.Meaning.CONTENTION || stale;
    }

    private static Throwable rootOf(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && !(root instanceof SQLException)) {
            root = root.getCause();
        }
        return root;
    }

    private void pause(int attempt, Throwable failure) {
        try {
            TimeUnit.MILLISECONDS.sleep(retries.pauseAfter(attempt).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failures.toCaller(failure);
        }
    }

    private <T> Attempt<T> once(String tenantId, Work<T> work) {
        DatabaseTransaction transaction;
        try {
            transaction = begin(tenantId);
        } catch (SQLException | RuntimeException e) {
            return new Attempt<>(null, null, lost(e));
        }
        current.set(transaction);
        connections.bind(transaction.connection());
        try {
            T value = work.apply(transaction);
            if (transaction.doomedBy() != null) {
                return new Attempt<>(transaction, null, rolledBack(transaction, transaction.doomedBy()));
            }
            transaction.commit();
            return new Attempt<>(transaction, value, null);
        } catch (Throwable e) {
            return new Attempt<>(transaction, null, rolledBack(transaction, e));
        } finally {
            transaction.close();
            connections.unbind();
            current.remove();
        }
    }

    private static Throwable rolledBack(DatabaseTransaction transaction, Throwable failure) {
        return transaction.rollback() ? failure : lost(failure);
    }

    /** A database that ends under a connection says anything: Derby even reports its own null pointers. */
    private static Throwable lost(Throwable failure) {
        boolean unknown = SqlErrors.fromDatabase(failure) && SqlErrors.meaning(failure) == SqlErrors.Meaning.OTHER;
        return unknown ? new SQLNonTransientConnectionException("The database was lost", "08006", failure) : failure;
    }

    private DatabaseTransaction begin(String tenantId) throws SQLException {
        Connection pooled = connections.pool().getConnection();
        try {
            pooled.setAutoCommit(false);
            Connection shared = TransactionConnection.over(pooled);
            return new DatabaseTransaction(tenantId, pooled, shared, entities, enter(pooled, tenantId));
        } catch (SQLException | RuntimeException e) {
            DatabaseTransaction.giveBack(pooled);
            throw e;
        }
    }

    /** Tells the database the tenant, and asks it the time. */
    private Instant enter(Connection connection, String tenantId) throws SQLException {
        if (kind == DatabaseKind.DERBY) {
            // The embedded database's clock is this process's clock.
            return Instant.now().truncatedTo(ChronoUnit.MICROS);
        }
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT transaction_timestamp(), set_config('forge.tenant', ?, true)")) {
            statement.setString(1, tenantId);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getObject(1, OffsetDateTime.class).toInstant();
            }
        }
    }

    /** Lets running transactions end for a few seconds, then closes the factory under them. */
    @Override
    public void close() {
        closed = true;
        boolean quiet = false;
        try {
            quiet = inUse.writeLock().tryLock(CLOSE_WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            if (!quiet) {
                LOG.warn("A store is closed while transactions still run; they will fail and roll back");
            }
            if (entities != null && entities.isOpen()) {
                entities.close();
            }
        } finally {
            if (quiet) {
                inUse.writeLock().unlock();
            }
        }
    }

    /** @param transaction null when it could not even be begun */
    private record Attempt<T>(DatabaseTransaction transaction, T value, Throwable failure) {}
}
