package org.platformforge.kernel.store.audit;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.platformforge.kernel.api.Ids;
import org.platformforge.kernel.api.store.AuditTrail.Filter;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.store.audit.PushTable.Backlog;
import org.platformforge.kernel.store.audit.PushTable.Position;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.kernel.store.outbox.Leases;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pushes the chains to a syslog receiver, from a thread of its own: requests never wait for it. What is pushed is read from
 * the database, from a kept position on, so nothing is left out while the receiver, or the platform, is away. One node at a
 * time pushes.
 *
 * <p>Syslog has no acknowledgement: what a connection took may be lost with it. A position is therefore kept only when its
 * connection has lived on for a while, and after a broken one everything of that while is pushed again: records come at
 * least once, and their numbers tell which have come before. Thread-safe.
 */
final class SyslogPush implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SyslogPush.class);
    private static final String NAME = "forge.audit.syslog";
    private static final int AT_ONCE = 500;
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final int STOP_MILLIS = 5000;

    private final Store store;
    private final Syslog target;
    private final SyslogConnection connection;
    private final Duration settling;
    private final String node = Ids.next("node_");
    private final Semaphore signal = new Semaphore(0);
    private final Thread worker;
    private final boolean alone;
    /** Written to the connection, in this period of settling and in the one before. */
    private Map<String, Position> fresh = new HashMap<>();

    private Map<String, Position> aging = new HashMap<>();
    private long periodEnds = System.nanoTime();
    private boolean held;
    private long renewAt;
    private volatile boolean closing;
    private volatile String problem;

    /** @param settling how long a connection must live on at least for what it took to count as pushed */
    SyslogPush(Store store, Syslog target, Duration settling) {
        this.store = store;
        this.target = target;
        this.settling = settling;
        this.alone = DatabaseKind.of(store.databaseKind()) == DatabaseKind.DERBY;
        this.connection = new SyslogConnection(target);
        this.worker = new Thread(this::work, "forge-audit-syslog");
        worker.setDaemon(true);
    }

    void start() {
        worker.start();
    }

    /** There is something to push. Returns at once. */
    void wake() {
        if (signal.availablePermits() == 0) {
            signal.release();
        }
    }

    /** Why nothing is pushed at the moment, for an operator; null when all is well. */
    String problem() {
        return problem;
    }

    private void work() {
        try {
            while (!closing) {
                if (!once() && signal.tryAcquire(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
                    signal.drainPermits();
                }
            }
            if (problem == null) {
                connection.flush();
                keep(aging);
                keep(fresh);
            }
            store.run(Store.ALL_TENANTS, tx -> Leases.release(tx.connection(), node));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            LOG.debug("What was not settled is pushed again by the next start", e);
        } finally {
            disconnect();
        }
    }

    /** @return whether there may be more to push at once */
    private boolean once() throws InterruptedException {
        try {
            if (!hold()) {
                forget();
                return false;
            }
            settle();
            boolean more = false;
            List<Backlog> backlogs = store.call(Store.ALL_TENANTS, tx -> PushTable.backlogs(tx.connection()));
            for (Backlog backlog : backlogs) {
                more |= !closing && hold() && push(backlog);
            }
            connection.flush();
            if (problem != null) {
                problem = null;
                LOG.info("Audit records reach the syslog receiver again");
            }
            return more;
        } catch (IOException e) {
            failed("Audit records cannot be pushed to %s:%d: %s".formatted(target.host(), target.port(), e));
        } catch (RuntimeException e) {
            failed("Audit records cannot be read to be pushed: " + e.getMessage());
        }
        if (!closing) {
            TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
        }
        return false;
    }

    /** Whether this node is the one that pushes. */
    private boolean hold() {
        if (alone) {
            return true;
        }
        if (!held || System.nanoTime() - renewAt >= 0) {
            held = store.call(Store.ALL_TENANTS, tx -> {
                Instant now = tx.now();
                return Leases.take(tx.connection(), NAME, node, now, now.plus(LEASE));
            });
            renewAt = System.nanoTime() + LEASE.toNanos() / 3;
        }
        return held;
    }

    /** @return whether it ended before the chain did */
    private boolean push(Backlog backlog) throws IOException {
        String tenant = backlog.tenantId();
        Position from = fresh.getOrDefault(tenant, aging.getOrDefault(tenant, backlog.pushed()));
        if (from.reaches(backlog.end())) {
            return false;
        }
        List<ChainedRow> records = store.call(
                tenant,
                tx -> AuditTable.find(
                        tx.connection(),
                        tenant,
                        new Where(Filter.ALL, from.record(), Long.MAX_VALUE),
                        "ASC",
                        0,
                        AT_ONCE));
        for (ChainedRow record : records) {
            connection.write(SyslogMessage.of(record, target.hostname()));
        }
        long last = records.isEmpty()
                ? from.record()
                : records.get(records.size() - 1).sequence();
        List<SignedState> states =
                store.call(tenant, tx -> CheckpointTable.between(tx.connection(), tenant, from.checkpoint() + 1, last));
        for (SignedState state : states) {
            connection.write(SyslogMessage.of(state, target.hostname()));
        }
        long lastState = states.isEmpty()
                ? from.checkpoint()
                : states.get(states.size() - 1).sequence();
        Position to = new Position(last, lastState);
        if (!to.equals(from)) {
            fresh.put(tenant, to);
        }
        return records.size() == AT_ONCE;
    }

    /** Keeps what a whole period ago was written, if the connection that took it is still there. */
    private void settle() throws IOException {
        if (System.nanoTime() - periodEnds < 0) {
            return;
        }
        connection.check();
        keep(aging);
        aging = fresh;
        fresh = new HashMap<>();
        periodEnds = System.nanoTime() + settling.toNanos();
    }

    private void keep(Map<String, Position> positions) {
        positions.forEach(
                (tenant, position) -> store.run(tenant, tx -> PushTable.save(tx.connection(), tenant, position)));
    }

    /** Said once, not at every try. */
    private void failed(String reason) {
        forget();
        if (problem == null) {
            LOG.warn(reason);
        }
        problem = reason;
    }

    private void forget() {
        disconnect();
        fresh.clear();
        aging.clear();
    }

    private void disconnect() {
        try {
            connection.close();
        } catch (IOException e) {
            LOG.debug("The connection to the syslog receiver could not be closed", e);
        }
    }

    /** Lets what it works on end, for a few seconds. */
    @Override
    public void close() {
        closing = true;
        signal.release();
        try {
            worker.join(STOP_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
