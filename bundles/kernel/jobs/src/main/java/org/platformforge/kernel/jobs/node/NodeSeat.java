package org.platformforge.kernel.jobs.node;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.license.Licensing;
import org.platformforge.kernel.api.store.Sql;
import org.platformforge.kernel.api.store.Store;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's place among those that the licence allows. Only a node that joins is refused: one that has its place keeps it,
 * also when the licence allows fewer later. A node that is silent for {@link #SILENCE} has given its place up. Without a
 * limit of nodes every node has a place, and nothing is written. Two that join at the same moment may both find the last
 * place. Thread-safe; asking takes no lock.
 */
public final class NodeSeat {
    /** How often {@link #look} should be called. */
    public static final Duration PERIOD = Duration.ofSeconds(5);

    static final Duration SILENCE = Duration.ofSeconds(30);
    private static final String LIMIT = "nodes";
    private static final Logger LOG = LoggerFactory.getLogger(NodeSeat.class);

    private final Store store;
    private final Licensing licensing;
    private final String name;
    private volatile State state = new State(false, "Not known yet");

    /** @param refusal why it has none; empty when it has one */
    private record State(boolean taken, String refusal) {}

    public NodeSeat(Store store, Licensing licensing, String name) {
        this.store = store;
        this.licensing = licensing;
        this.name = name;
    }

    /** Whether this node may work. */
    public boolean isTaken() {
        return state.taken;
    }

    /** Why not, for operators. */
    public String refusal() {
        return state.refusal;
    }

    /**
     * Takes a place when there is one, and shows that this node lives. While the database does not answer, everything stays as
     * it is.
     *
     * @return whether that changed anything
     */
    public synchronized boolean look() {
        State before = state;
        try {
            state = next(before);
        } catch (RuntimeException e) {
            LOG.debug("The places of nodes cannot be looked at", e);
        }
        if (state.taken != before.taken || !state.refusal.equals(before.refusal)) {
            if (!state.taken) {
                LOG.warn("This node takes no part in the work: {}", state.refusal);
            }
            return true;
        }
        return false;
    }

    private State next(State before) {
        if (!licensing.status().limits().containsKey(LIMIT)) {
            return new State(true, "");
        }
        try {
            store.run(Store.ALL_TENANTS, tx -> {
                Instant now = tx.now();
                if (!before.taken) {
                    long others = others(tx.connection(), now.minus(SILENCE));
                    licensing.requireRoom(LIMIT, () -> others);
                }
                show(tx.connection(), now);
            });
            return new State(true, "");
        } catch (PlatformException e) {
            if (e.code().filter("LICENSE_LIMIT"::equals).isPresent()) {
                return new State(false, e.getMessage());
            }
            throw e;
        }
    }

    /** Gives the place up, so that another node can have it at once. */
    public synchronized void leave() {
        state = new State(false, "This node stops");
        if (licensing.status().limits().containsKey(LIMIT)) {
            try {
                store.run(
                        Store.ALL_TENANTS,
                        tx -> Sql.update(tx.connection(), "DELETE FROM jobs_node WHERE name = ?", name));
            } catch (RuntimeException e) {
                LOG.debug("The place of this node is given up later, by its silence", e);
            }
        }
    }

    private long others(Connection connection, Instant since) throws SQLException {
        return Sql.first(
                        connection,
                        "SELECT COUNT(*) FROM jobs_node WHERE name <> ? AND seen_at > ?",
                        row -> row.getLong(1),
                        name,
                        since)
                .orElse(0L);
    }

    private void show(Connection connection, Instant now) throws SQLException {
        // those of nodes that never came back would stay for ever
        Sql.update(connection, "DELETE FROM jobs_node WHERE seen_at < ?", now.minus(SILENCE.multipliedBy(100)));
        if (Sql.update(connection, "UPDATE jobs_node SET seen_at = ? WHERE name = ?", now, name) == 0) {
            Sql.update(connection, "INSERT INTO jobs_node (name, seen_at) VALUES (?, ?)", name, now);
        }
    }
}
