package org.platformforge.kernel.store.tx;

import java.sql.Connection;
import java.sql.SQLException;
import javax.persistence.EntityManager;

/** The connection of one transaction, with or without entities on it. */
interface ConnectionScope {
    /** @throws IllegalStateException when the bundle has no persistence unit */
    EntityManager em();

    Connection connection();

    /** Writes entities, so that later SQL sees them. */
    void flush();

    void commit() throws SQLException;

    /** Never throws. */
    void rollback();

    /** Gives the connection back; never throws. */
    void close();
}
