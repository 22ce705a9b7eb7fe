package org.platformforge.kernel.store.database;

import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;

/** What differs between the two databases below the pool. */
interface DatabaseDriver {
    /** Reaches the database once, creating and tuning an embedded one. */
    void prepare() throws SQLException;

    DataSource pooled();

    DataSource unpooled();

    /**
     * Takes note of any failure of a pooled connection.
     *
     * @return whether the connection is of no use any more
     */
    default boolean failed(SQLException failure) {
        return false;
    }

    /**
     * Lets the database only be read when its disk is nearly full, and makes it writable again when it can be. Called by one
     * thread every few seconds.
     *
     * @param changed told when it did either: connections from before are of no use any more
     * @return why it can only be read; empty when it can be written, as far as is known
     */
    default Optional<String> recover(Runnable changed) {
        return Optional.empty();
    }

    void shutdown();
}
