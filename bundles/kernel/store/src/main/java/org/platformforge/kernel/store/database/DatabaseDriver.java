package org.platformforge.kernel.store.database;

import java.sql.SQLException;
import javax.sql.DataSource;

/** What differs between the two databases below the pool. */
interface DatabaseDriver {
    /** Reaches the database once, creating and tuning an embedded one. */
    void prepare() throws SQLException;

    DataSource pooled();

    DataSource unpooled();

    void shutdown();
}
