package org.platformforge.kernel.store.migrate;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.output.MigrateResult;
import org.platformforge.kernel.store.database.Database;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.kernel.store.database.Messages;
import org.platformforge.kernel.store.database.SqlErrors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies migration sets, one at a time on this node and on all nodes of the same database. A set that this process has
 * applied before is not looked at again, so that a module swap does not pay for it. Thread-safe.
 */
public final class Migrator {
    private static final Logger LOG = LoggerFactory.getLogger(Migrator.class);
    /** Any number all nodes agree on; "forge" in ASCII. */
    private static final long LOCK_KEY = 0x666f726765L;

    private final Database database;
    private final Set<String> applied = ConcurrentHashMap.newKeySet();
    private final ReentrantLock oneAtATime = new ReentrantLock();

    public Migrator(Database database) {
        this.database = database;
    }

    /**
     * Brings the owner's tables to the set's state.
     *
     * @throws MigrationException when a script is broken, an applied one was changed afterwards, or one would break an older
     *     version of the owner; of the latter nothing is applied
     * @throws SQLException when the database cannot be reached
     */
    public void apply(MigrationSet set) throws SQLException {
        String key = set.owner() + ' ' + set.checksum();
        if (set.isEmpty() || applied.contains(key)) {
            return;
        }
        ExpandOnly.check(set);
        oneAtATime.lock();
        try {
            if (!applied.contains(key)) {
                underDatabaseLock(set);
                applied.add(key);
            }
        } finally {
            oneAtATime.unlock();
        }
    }

    private void underDatabaseLock(MigrationSet set) throws SQLException {
        if (database.kind() == DatabaseKind.DERBY) {
            // An embedded database belongs to this process alone; the lock above is enough.
            try (Connection connection = database.unpooled().getConnection()) {
                migrate(set, connection);
            }
            return;
        }
        try (Connection holder = database.unpooled().getConnection();
                Statement statement = holder.createStatement()) {
            // Released with the connection, also when this process dies.
            statement.execute("SELECT pg_advisory_lock(" + LOCK_KEY + ")");
            migrate(set, holder);
            new RowLevelSecurity(set.owner()).protectTables(holder);
        }
    }

    private void migrate(MigrationSet set, Connection connection) throws SQLException {
        if (AppliedHistory.isExactly(set, connection)) {
            LOG.info("{}: up to date at {}", set.owner(), set.scripts().lastKey());
            return;
        }
        long start = System.nanoTime();
        try {
            MigrateResult result = flyway(set).migrate();
            LOG.info(
                    "{}: {} migrations applied, now at version {} ({} ms)",
                    set.owner(),
                    result.migrationsExecuted,
                    result.targetSchemaVersion == null ? result.initialSchemaVersion : result.targetSchemaVersion,
                    (System.nanoTime() - start) / 1_000_000);
        } catch (RuntimeException e) {
            if (SqlErrors.mayPass(e)) {
                throw new SQLException("The database was lost during a migration", "08006", e);
            }
            throw new MigrationException("The migrations of " + set.owner() + " failed: " + Messages.oneLine(e), e);
        }
    }

    private Flyway flyway(MigrationSet set) {
        FluentConfiguration configuration = Flyway.configure(Migrator.class.getClassLoader())
                .dataSource(database.unpooled())
                .table(set.historyTable())
                .resourceProvider(new Scripts(set))
                .javaMigrationClassProvider(List::of)
                .loggers("slf4j")
                // Other modules' tables are in the schema already: that is no reason to refuse.
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .validateMigrationNaming(true)
                .placeholderReplacement(false)
                .cleanDisabled(true);
        if (database.kind() == DatabaseKind.POSTGRESQL) {
            // A migration may change the rows of all tenants.
            configuration.initSql("SET forge.tenant = '*'");
        }
        return configuration.load();
    }
}
