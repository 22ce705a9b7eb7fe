package org.platformforge.kernel.security.account;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.kernel.security.db.Inserts;
import org.platformforge.kernel.security.db.Timestamps;

/**
 * Who is suspended. All of them are in memory, so a request asks no database; other nodes learn of a change with their next
 * poll. Thread-safe.
 */
@Component(service = Suspensions.class)
public final class Suspensions {
    /** A transaction's time is that of its start: rows are looked for again this far back. */
    private static final Duration OVERLAP = Duration.ofSeconds(60);

    private static final Duration LIFTED_KEPT = Duration.ofDays(1);

    private final Store store;
    private final boolean postgresql;
    private final Map<Person, State> states = new ConcurrentHashMap<>();
    private final Map<Person, Set<Runnable>> watches = new ConcurrentHashMap<>();
    private Instant seenUntil = Instant.EPOCH;

    private record Person(String tenantId, String userId) {}

    private record State(boolean suspended, Instant since) {}

    @Activate
    public Suspensions(@Reference Store store) {
        this.store = store;
        this.postgresql = "postgresql".equals(store.databaseKind());
    }

    public boolean contains(String tenantId, String userId) {
        return !states.isEmpty() && isSuspended(new Person(tenantId, userId));
    }

    private boolean isSuspended(Person person) {
        State state = states.get(person);
        return state != null && state.suspended();
    }

    void set(Transaction tx, String tenantId, String userId, boolean locked) {
        try {
            if (!update(tx, tenantId, userId, locked)) {
                String insert =
                        "INSERT INTO sec_suspension (tenant_id, user_id, suspended, changed_at) VALUES (?,?,?,?)";
                boolean inserted = Inserts.ifAbsent(tx, postgresql, insert, row -> {
                    row.setString(1, tenantId);
                    row.setString(2, userId);
                    row.setBoolean(3, locked);
                    Timestamps.set(row, 4, tx.now());
                });
                if (!inserted) {
                    update(tx, tenantId, userId, locked);
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException("A suspension could not be written", e);
        }
        Instant since = tx.now();
        tx.afterCommit(() -> learn(new Person(tenantId, userId), new State(locked, since)));
    }

    private static boolean update(Transaction tx, String tenantId, String userId, boolean locked) throws SQLException {
        try (PreparedStatement update = tx.connection()
                .prepareStatement("UPDATE sec_suspension SET suspended = ?, changed_at = ?"
                        + " WHERE tenant_id = ? AND user_id = ?")) {
            update.setBoolean(1, locked);
            Timestamps.set(update, 2, tx.now());
            update.setString(3, tenantId);
            update.setString(4, userId);
            return update.executeUpdate() == 1;
        }
    }

    /** A poll may have read what was before a change that is known here already: the later one counts. */
    private void learn(Person person, State state) {
        State now = states.merge(person, state, (old, fresh) -> fresh.since().isBefore(old.since()) ? old : fresh);
        Set<Runnable> waiting = now.suspended() ? watches.remove(person) : null;
        if (waiting != null) {
            waiting.forEach(Runnable::run);
        }
    }

    /**
     * Runs the action once, when the person is suspended or is already.
     *
     * @return takes the action back
     */
    public Runnable watch(String tenantId, String userId, Runnable action) {
        Person person = new Person(tenantId, userId);
        watches.compute(person, (same, actions) -> {
            Set<Runnable> kept = actions == null ? ConcurrentHashMap.newKeySet() : actions;
            kept.add(action);
            return kept;
        });
        Runnable forget = () -> forget(person, action);
        if (isSuspended(person) && forget(person, action)) {
            action.run();
        }
        return forget;
    }

    /** @return whether it was still there */
    private boolean forget(Person person, Runnable action) {
        boolean[] there = new boolean[1];
        watches.computeIfPresent(person, (same, actions) -> {
            there[0] = actions.remove(action);
            return actions.isEmpty() ? null : actions;
        });
        return there[0];
    }

    /** Learns what other nodes changed since the last time. Called by one thread. */
    public void poll(Transaction tx) throws SQLException {
        try (PreparedStatement select = tx.connection()
                .prepareStatement("SELECT tenant_id, user_id, suspended, changed_at FROM sec_suspension"
                        + " WHERE changed_at > ?")) {
            Timestamps.set(select, 1, seenUntil);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    learn(
                            new Person(rows.getString(1), rows.getString(2)),
                            new State(rows.getBoolean(3), Timestamps.get(rows, "changed_at")));
                }
            }
        }
        seenUntil = tx.now().minus(OVERLAP);
    }

    /** Removes rows of suspensions that were lifted long ago. */
    public void clean() {
        Instant longAgo = Instant.now().minus(LIFTED_KEPT);
        states.values().removeIf(state -> !state.suspended() && state.since().isBefore(longAgo));
        store.run(Store.ALL_TENANTS, tx -> {
            try (PreparedStatement delete = tx.connection()
                    .prepareStatement("DELETE FROM sec_suspension WHERE suspended = FALSE AND changed_at < ?")) {
                Timestamps.set(delete, 1, tx.now().minus(LIFTED_KEPT));
                delete.executeUpdate();
            }
        });
    }

    /** The person who answers for what a caller does: of a key, who made it. */
    public static String person(Caller caller) {
        return caller.onBehalfOf().orElse(caller.subject());
    }
}
