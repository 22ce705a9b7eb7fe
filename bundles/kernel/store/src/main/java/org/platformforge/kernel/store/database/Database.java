package org.platformforge.kernel.store.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * The platform's database: one pool for all work, and single connections outside it for what must not leave a trace in
 * a pooled one (migrations). Thread-safe.
 */
public final class Database implements AutoCloseable {
    private static final int PING_SECONDS = 2;

    private final DatabaseKind kind;
    private final String displayUrl;
    private final DatabaseDriver driver;
    private final HikariDataSource pool;

    private Database(DatabaseKind kind, String displayUrl, DatabaseDriver driver, HikariDataSource pool) {
        this.kind = kind;
        this.displayUrl = displayUrl;
        this.driver = driver;
        this.pool = pool;
    }

    /**
     * Opens the database; an embedded one is created when it is not there.
     *
     * @throws SQLException when it cannot be reached now
     */
    public static Database open(DatabaseSettings settings) throws SQLException {
        DatabaseDriver driver =
                settings.kind() == DatabaseKind.DERBY ? new DerbyDriver(settings) : new PostgresDriver(settings);
        driver.prepare();
        return new Database(settings.kind(), settings.displayUrl(), driver, newPool(settings, driver));
    }

    private static HikariDataSource newPool(DatabaseSettings settings, DatabaseDriver driver) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("forge-store");
        config.setDataSource(driver.pooled());
        config.setMaximumPoolSize(settings.poolSize());
        config.setMinimumIdle(Math.min(2, settings.poolSize()));
        config.setConnectionTimeout(settings.acquireTimeout().toMillis());
        config.setValidationTimeout(Math.min(2000, settings.acquireTimeout().toMillis()));
        config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        // The database was just reached; should it go away again, callers get UNAVAILABLE and the pool heals itself.
        config.setInitializationFailTimeout(-1);
        config.setExceptionOverride(new SQLExceptionOverride() {
            @java.lang.Override
            public Override adjudicate(SQLException failure) {
                return driver.failed(failure) ? Override.MUST_EVICT : Override.CONTINUE_EVICT;
            }
        });
        return new HikariDataSource(config);
    }

    public DatabaseKind kind() {
        return kind;
    }

    /** For people: without parameters and credentials. */
    public String displayUrl() {
        return displayUrl;
    }

    /** The pool; its connections come in auto-commit mode. */
    public DataSource dataSource() {
        return pool;
    }

    /** How the pool is used now; null before it was. */
    public HikariPoolMXBean use() {
        return pool.getHikariPoolMXBean();
    }

    /** How many connections the pool has at most. */
    public int most() {
        return pool.getMaximumPoolSize();
    }

    /** Connections of their own, closed for real; without statement time-outs. */
    public DataSource unpooled() {
        return driver.unpooled();
    }

    /**
     * Asks the database whether it is there.
     *
     * @throws SQLException when it does not answer within seconds
     */
    public void ping() throws SQLException {
        HikariPoolMXBean use = pool.getHikariPoolMXBean();
        boolean full = use != null && use.getActiveConnections() >= pool.getMaximumPoolSize();
        // All connections busy is no proof that the database is there: some may hang.
        try (Connection connection = full ? unpooled().getConnection() : pool.getConnection()) {
            if (!connection.isValid(PING_SECONDS)) {
                throw new SQLException("The database does not answer", "08000");
            }
        }
    }

    /**
     * Lets an embedded database only be read when its disk is nearly full, and makes it writable again when there is room. To
     * be called every few seconds by one thread, which may take it some seconds.
     *
     * @return why the database can only be read, or not even that; empty when it can be written, as far as is known
     */
    public Optional<String> recover() {
        return driver.recover(() -> pool.getHikariPoolMXBean().softEvictConnections());
    }

    /** Closes the pool and shuts an embedded database down cleanly. */
    @Override
    public void close() {
        pool.close();
        driver.shutdown();
    }
}
