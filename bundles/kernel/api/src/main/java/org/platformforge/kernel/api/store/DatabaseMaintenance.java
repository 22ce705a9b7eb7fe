package org.platformforge.kernel.api.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The platform's database as a whole, for backing it up and restoring it. It gives out connections past the tenant rules and
 * the pool, so it is for work of operators only. Thread-safe.
 */
@ProviderType
public interface DatabaseMaintenance {
    /**
     * Where a PostgreSQL server is.
     *
     * @param user may be null, as may be the password
     * @param sslMode as libpq names it, or null
     */
    record Server(String host, int port, String database, String user, String password, String sslMode) {
        @Override
        public String toString() {
            return host + ":" + port + "/" + database; // never the password
        }
    }

    /** {@code derby} or {@code postgresql}. */
    String databaseKind();

    /** Empty for the embedded database. */
    Optional<Server> server();

    /**
     * A connection to the platform's database, outside of the pool, without statement time-outs, that sees every tenant's rows.
     * The caller closes it.
     */
    Connection connect() throws SQLException;

    /**
     * The same to another database.
     *
     * @param database the absolute folder of an embedded one, which is opened when it is not; the name of one of the same
     *     PostgreSQL server
     */
    Connection connect(String database) throws SQLException;

    /** Lets another embedded database go, after which its files may be removed. Does nothing on PostgreSQL. */
    void release(String database);
}
