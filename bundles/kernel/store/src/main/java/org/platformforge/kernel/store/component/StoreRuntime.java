package org.platformforge.kernel.store.component;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.platformforge.kernel.store.database.Database;
import org.platformforge.kernel.store.jpa.EntityManagerFactories;
import org.platformforge.kernel.store.json.JsonText;
import org.platformforge.kernel.store.migrate.Migrator;

/** What the components share once the database has been reached: a service within this bundle. Thread-safe. */
public final class StoreRuntime {
    private final Database database;
    private final Settings settings;
    private final Migrator migrator;
    private final EntityManagerFactories factories;
    private final JsonText json = new JsonText();
    private final AtomicLong sessions = new AtomicLong();
    private final Map<Long, String> problems = new ConcurrentSkipListMap<>();

    StoreRuntime(Database database, Settings settings) {
        this.database = database;
        this.settings = settings;
        this.migrator = new Migrator(database);
        this.factories = new EntityManagerFactories(database.kind());
    }

    Database database() {
        return database;
    }

    Settings settings() {
        return settings;
    }

    Migrator migrator() {
        return migrator;
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
