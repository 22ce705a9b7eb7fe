package org.platformforge.kernel.store.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.apache.derby.jdbc.EmbeddedDataSource;
import org.platformforge.kernel.api.store.DatabaseMaintenance;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@link DatabaseMaintenance} of the database with these settings. Thread-safe. */
public final class Maintenance implements DatabaseMaintenance {
    private static final Logger LOG = LoggerFactory.getLogger(Maintenance.class);
    private static final String DATABASE_STOPPED = "08006";
    private static final String EVERY_TENANT = "-c forge.tenant=*";

    private final DatabaseSettings settings;

    public Maintenance(DatabaseSettings settings) {
        this.settings = settings;
    }

    @Override
    public String databaseKind() {
        return settings.kind().id();
    }

    @Override
    public Optional<Server> server() {
        if (settings.kind() == DatabaseKind.DERBY) {
            return Optional.empty();
        }
        PGSimpleDataSource source = postgresql(null);
        return Optional.of(new Server(
                source.getServerNames()[0],
                source.getPortNumbers()[0] == 0 ? 5432 : source.getPortNumbers()[0],
                source.getDatabaseName(),
                source.getUser(),
                source.getPassword(),
                source.getSslMode()));
    }

    @Override
    public Connection connect() throws SQLException {
        return settings.kind() == DatabaseKind.DERBY
                ? derby(settings.derbyName()).getConnection()
                : postgresql(null).getConnection();
    }

    @Override
    public Connection connect(String database) throws SQLException {
        return settings.kind() == DatabaseKind.DERBY
                ? derby(database).getConnection()
                : postgresql(database).getConnection();
    }

    @Override
    public void release(String database) {
        if (settings.kind() != DatabaseKind.DERBY || database.equals(settings.derbyName())) {
            return;
        }
        EmbeddedDataSource source = derby(database);
        source.setShutdownDatabase("shutdown");
        try (Connection unexpected = source.getConnection()) {
            LOG.warn("The database {} did not confirm its shutdown", database);
        } catch (SQLException e) {
            if (!DATABASE_STOPPED.equals(e.getSQLState())) {
                LOG.debug("The database {} was not open", database, e);
            }
        }
    }

    private static EmbeddedDataSource derby(String name) {
        EmbeddedDataSource source = new EmbeddedDataSource();
        source.setDatabaseName(name);
        return source;
    }

    /** @param database null for the platform's own */
    private PGSimpleDataSource postgresql(String database) {
        PGSimpleDataSource source = new PostgresDriver(settings).newDataSource();
        source.setOptions(EVERY_TENANT);
        if (database != null) {
            source.setDatabaseName(database);
        }
        return source;
    }
}
