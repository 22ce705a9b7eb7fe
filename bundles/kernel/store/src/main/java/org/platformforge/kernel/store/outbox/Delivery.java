package org.platformforge.kernel.store.outbox;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.platformforge.kernel.api.store.DeadLetters.DeadLetter;
import org.platformforge.kernel.api.store.Event;
import org.platformforge.kernel.api.store.EventListener;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.kernel.store.database.Messages;
import org.platformforge.kernel.store.json.JsonText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one listener up to date, tenant by tenant. A tenant whose event the listener fails on waits; its other tenants
 * go on. A crash repeats at most the events since the last saved position.
 */
final class Delivery {
    private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);
    private static final int BATCH = 100;
    /** Derby locks the whole table from 5000 rows. */
    static final int REMOVED_AT_ONCE = 1000;

    private final Store store;
    private final DeliverySettings settings;
    private final String node;
    private final boolean aloneOnDatabase;
    private final DeliveryTable table = new DeliveryTable();
    private final EventTable events;
    private final DeadLetterTable deadLetters;

    /** @param node who delivers, unique for each process start */
    Delivery(Store store, JsonText json, DeliverySettings settings, String node) {
        this.store = store;
        this.settings = settings;
        this.node = node;
        DatabaseKind kind = DatabaseKind.of(store.databaseKind());
        this.aloneOnDatabase = kind == DatabaseKind.DERBY;
        this.events = new EventTable(kind, json);
        this.deadLetters = new DeadLetterTable(json);
    }

    /** What a run asks of and tells to whoever began it. */
    interface Turn {
        /** Whether the run may go on. */
        boolean wanted();

        /** Whether another run may have the listener's events already, so that nothing may be saved any more. */
        boolean abandoned();

        /** From now on the thread is the listener's, and may be interrupted. */
        void begins();

        /** The thread is not interrupted any more. */
        void ends();
    }

    /** Delivers until nothing is due, or until told to leave. */
    void run(String name, EventListener listener, Turn turn) {
        List<DeliveryTable.Backlog> due = due(name);
        while (!due.isEmpty() && turn.wanted()) {
            Lease lease = new Lease(name);
            for (DeliveryTable.Backlog backlog : due) {
                if (!deliver(name, listener, backlog, lease, turn)) {
                    return;
                }
            }
            due = due(name);
        }
    }

    private List<DeliveryTable.Backlog> due(String name) {
        return store.call(Store.ALL_TENANTS, tx -> table.backlogs(tx.connection(), name, tx.now()));
    }

    /** @return false when this run must end */
    private boolean deliver(
            String name, EventListener listener, DeliveryTable.Backlog backlog, Lease lease, Turn turn) {
        if (!lease.hold()) {
            return false;
        }
        String tenant = backlog.tenantId();
        List<Event> batch =
                store.call(Store.ALL_TENANTS, tx -> events.after(tx.connection(), tenant, backlog.position(), BATCH));
        // Numbers without events were removed because of their age.
        long position = batch.isEmpty() ? backlog.last() : backlog.position();
        Set<String> types = listener.types();
        boolean goOn = true;
        for (Event event : batch) {
            goOn = turn.wanted() && lease.hold();
            if (!goOn) {
                break;
            }
            Throwable failure = wants(types, event) ? handOver(name, listener, event, turn) : null;
            if (turn.abandoned()) {
                return false;
            }
            if (failure != null && !turn.wanted()) {
                goOn = false; // it failed because it is being stopped: that does not count
                break;
            }
            int failures = failure == null ? 0 : 1 + (position > backlog.position() ? 0 : backlog.failures());
            if (failures >= settings.attempts()) {
                giveUp(name, event, failures, failure);
            } else if (failures > 0) {
                save(name, tenant, position, failures);
                return true;
            }
            position = event.sequence();
        }
        if (position > backlog.position()) {
            save(name, tenant, position, 0);
        }
        return goOn;
    }

    private static boolean wants(Set<String> types, Event event) {
        return types.contains("*") || types.contains(event.type());
    }

    /** @return what the listener failed with, null when it did not */
    private static Throwable handOver(String name, EventListener listener, Event event, Turn turn) {
        turn.begins();
        try {
            listener.onEvent(event);
            return null;
        } catch (Exception | LinkageError e) {
            if (turn.wanted()) {
                LOG.warn(
                        "The listener {} failed on event {} ({}), tried again later",
                        name,
                        event.id(),
                        event.type(),
                        e);
            } else {
                LOG.debug("The listener {} was stopped at event {}, its successor gets it", name, event.id(), e);
            }
            return e;
        } finally {
            turn.ends();
        }
    }

    /** The listener's later events must not wait for ever for one that it cannot bear. */
    private void giveUp(String name, Event event, int failures, Throwable failure) {
        LOG.error(
                "The listener {} failed on event {} ({}) {} times: it is left out and kept as a dead letter",
                name,
                event.id(),
                event.type(),
                failures);
        store.run(Store.ALL_TENANTS, tx -> {
            deadLetters.insert(tx.connection(), name, event, failures, Messages.oneLine(failure), tx.now());
            table.save(tx.connection(), name, event.tenantId(), event.sequence(), 0, null);
        });
    }

    /**
     * Hands the listener the dead letters that somebody wants delivered once more.
     *
     * @return whether there was any
     */
    boolean redeliver(String name, EventListener listener, Turn turn) {
        Lease lease = new Lease(name);
        Set<String> types = listener.types();
        boolean any = false;
        List<DeadLetter> letters = requested(name);
        while (!letters.isEmpty()) {
            for (DeadLetter letter : letters) {
                if (!turn.wanted() || !lease.hold()) {
                    return any;
                }
                Throwable failure =
                        wants(types, letter.event()) ? handOver(name, listener, letter.event(), turn) : null;
                if (turn.abandoned() || failure != null && !turn.wanted()) {
                    return any; // whoever comes next has it still before him
                }
                settle(letter, failure);
                any = true;
            }
            letters = requested(name);
        }
        return any;
    }

    private List<DeadLetter> requested(String name) {
        return store.call(Store.ALL_TENANTS, tx -> deadLetters.requested(tx.connection(), name, BATCH));
    }

    private void settle(DeadLetter letter, Throwable failure) {
        store.run(Store.ALL_TENANTS, tx -> {
            if (failure == null) {
                deadLetters.delete(tx.connection(), letter);
            } else {
                deadLetters.failed(tx.connection(), letter, Messages.oneLine(failure), tx.now());
            }
        });
    }

    /** How many dead letters there are of each listener. */
    Map<String, Long> deadLetters() {
        return store.call(Store.ALL_TENANTS, tx -> deadLetters.count(tx.connection()));
    }

    private void save(String name, String tenant, long position, int failures) {
        store.run(Store.ALL_TENANTS, tx -> {
            Instant retryAt = failures == 0 ? null : tx.now().plus(settings.pauseAfter(failures));
            table.save(tx.connection(), name, tenant, position, failures, retryAt);
        });
    }

    /** Removes what is kept of listeners that are gone. */
    void removeGone() {
        int last;
        do {
            last = store.call(Store.ALL_TENANTS, tx -> table.removeOutdated(tx.connection(), REMOVED_AT_ONCE));
        } while (last == REMOVED_AT_ONCE);
        store.run(
                Store.ALL_TENANTS,
                tx -> Leases.removeBefore(tx.connection(), tx.now().minus(settings.retention())));
    }

    /** Removes events past their retention. */
    int removeOld() {
        int removed = 0;
        int last;
        do {
            last = store.call(
                    Store.ALL_TENANTS,
                    tx -> events.removeBefore(tx.connection(), tx.now().minus(settings.retention()), REMOVED_AT_ONCE));
            removed += last;
        } while (last == REMOVED_AT_ONCE);
        return removed;
    }

    void releaseAll() {
        store.run(Store.ALL_TENANTS, tx -> Leases.release(tx.connection(), node));
    }

    /** The right to deliver to a listener, renewed as long as it is used. */
    private final class Lease {
        private final String name;
        private long renewAt;
        private boolean held;

        Lease(String name) {
            this.name = name;
        }

        boolean hold() {
            if (aloneOnDatabase) {
                return true;
            }
            if (!held || System.nanoTime() - renewAt >= 0) {
                Duration length = settings.lease();
                held = store.call(
                        Store.ALL_TENANTS,
                        tx -> Leases.take(
                                tx.connection(), name, node, tx.now(), tx.now().plus(length)));
                renewAt = System.nanoTime() + length.toNanos() / 3;
            }
            return held;
        }
    }
}
