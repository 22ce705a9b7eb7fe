package org.platformforge.kernel.store.component;

import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.osgi.framework.Bundle;
import org.platformforge.kernel.store.database.Database;
import org.platformforge.kernel.store.jpa.EntityManagerFactories;
import org.platformforge.kernel.store.json.JsonText;
import org.platformforge.kernel.store.migrate.MigrationSet;
import org.platformforge.kernel.store.migrate.Migrator;

/** What the components share once the database has been reached: a service within this bundle. Thread-safe. */
public final class StoreRuntime {
    private final Database database;
    private final Settings settings;
    private final Migrator migrator;
    private final MigrationSet own;
    private final EntityManagerFactories factories;
    private final JsonText json = new JsonText();
    private final AtomicLong sessions = new AtomicLong();
    private final Map<Long, String> problems = new ConcurrentSkipListMap<>();

    /** @param store the store's own bundle */
    StoreRuntime(Database database, Settings settings, Bundle store) {
        this.database = database;
        this.settings = settings;
        this.migrator = new Migrator(database);
        this.own = new BundleFiles(store).migrations(database.kind());
        this.factories = new EntityManagerFactories(database.kind());
    }

    Database database() {
        return database;
    }

    Settings settings() {
        return settings;
    }

    /**
     * Brings a bundle's tables up to date, after those of the store itself: scripts of others may name them.
     *
     * @throws SQLException when the database cannot be reached
     */
    void migrate(BundleFiles files) throws SQLException {
        migrator.apply(own);
        migrator.apply(files.migrations(database.kind()));
    }

    EntityManagerFactories factories() {
        return factories;
    }

    JsonText json() {
        return json;
    }

    /** Never the same twice: two generations of one bundle must not share an EclipseLink session. */
    String sessionName(String symbolicName, long bundleId) {
        return symbolicName + '-' + bundleId + '-' + sessions.incrementAndGet();
    }

    /** Why a bundle has no store, by its id; health tells it as long as the bundle is there. */
    Map<Long, String> problems() {
        return problems;
    }
}
