package org.platformforge.kernel.store.testing;

import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.persistence.EntityManagerFactory;
import javax.sql.DataSource;
import org.platformforge.kernel.api.store.AuditLog;
import org.platformforge.kernel.api.store.AuditTrail;
import org.platformforge.kernel.api.store.DatabaseMaintenance;
import org.platformforge.kernel.api.store.EventListener;
import org.platformforge.kernel.api.store.Outbox;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.store.audit.AuditKeeper;
import org.platformforge.kernel.store.audit.AuditSettings;
import org.platformforge.kernel.store.audit.JdbcAuditLog;
import org.platformforge.kernel.store.database.Database;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.kernel.store.database.DatabaseSettings;
import org.platformforge.kernel.store.database.Maintenance;
import org.platformforge.kernel.store.jpa.EntityManagerFactories;
import org.platformforge.kernel.store.json.JsonText;
import org.platformforge.kernel.store.migrate.Migrator;
import org.platformforge.kernel.store.outbox.DeliverySettings;
import org.platformforge.kernel.store.outbox.EventDispatcher;
import org.platformforge.kernel.store.outbox.JdbcOutbox;
import org.platformforge.kernel.store.outbox.ListenerRegistry;
import org.platformforge.kernel.store.tx.BoundDataSource;
import org.platformforge.kernel.store.tx.DatabaseStore;
import org.platformforge.kernel.store.tx.RetryPolicy;

/**
 * The platform's real store on a fresh database, for tests without OSGi. Is itself the store of the first module; each
 * module is named by any of its classes, and its {@code META-INF/migrations} and {@code META-INF/persistence.xml} are
 * those beside that class. PostgreSQL runs once per JVM, with a new database for each fixture, owned by a role that
 * row-level security binds.
 *
 * <pre>{@code
 * try (StoreFixture store = StoreFixture.open(kind, InvoiceEntity.class)) {
 *     store.run("ten_a", tx -> tx.em().persist(invoice));
 * }
 * }</pre>
 */
public final class StoreFixture implements Store, AutoCloseable {
    private static final AtomicInteger SESSIONS = new AtomicInteger();
    private static final ExecutorService CLOSING = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "store-fixture-closing");
        thread.setDaemon(true);
        return thread;
    });

    /** As in the platform, but without its patience. */
    private static final DeliverySettings QUICK = new DeliverySettings(
            Duration.ofMillis(200),
            Duration.ofSeconds(2),
            Duration.ofMillis(50),
            Duration.ofSeconds(1),
            20,
            Duration.ofDays(7));

    private final DatabaseSettings settings;
    private final Database database;
    private final Migrator migrator;
    private final EntityManagerFactories factories;
    private final Map<Class<?>, DatabaseStore> stores = new LinkedHashMap<>();
    private final ListenerRegistry listeners = new ListenerRegistry();
    private final EventDispatcher dispatcher;
    private final JdbcOutbox outbox;
    private final JdbcAuditLog audit;
    private final AuditKeeper keeper;
    private final AtomicLong generations = new AtomicLong();
    private final DatabaseStore main;
    private volatile boolean cut;
    private boolean ownDatabase;

    private StoreFixture(DatabaseSettings settings, Class<?>... modules) throws SQLException {
        this.settings = settings;
        this.database = Database.open(settings);
        this.migrator = new Migrator(database);
        this.factories = new EntityManagerFactories(database.kind());
        JsonText json = new JsonText();
        DatabaseStore own = storeOf(Database.class);
        this.audit = new JdbcAuditLog(own, json, new FixedSecrets("test"), 1000);
        this.keeper =
                new AuditKeeper(own, json, audit, new AuditSettings(null, Duration.ofMinutes(5), Duration.ZERO, null));
        this.dispatcher = new EventDispatcher(own, json, QUICK, listeners);
        this.outbox = new JdbcOutbox(database.kind(), json, dispatcher::wake);
        for (Class<?> module : modules) {
            storeOf(module);
        }
        this.main = modules.length == 0 ? own : stores.get(modules[0]);
    }

    /**
     * A store on a new database of the kind.
     *
     * @param modules any class of each module whose tables are needed; the fixture is the first one's store
     */
    public static StoreFixture open(DatabaseKind kind, Class<?>... modules) {
        return ofItsOwn(Templates.newDatabase(kind, modules), modules);
    }

    /** @param patience of whoever waits for a connection */
    public static StoreFixture open(DatabaseKind kind, Duration patience, Class<?>... modules) {
        DatabaseSettings usual = Templates.newDatabase(kind, modules);
        return ofItsOwn(
                new DatabaseSettings(
                        usual.url(),
                        usual.user(),
                        usual.password(),
                        usual.poolSize(),
                        patience,
                        usual.statementTimeout(),
                        usual.lockTimeout()),
                modules);
    }

    /** On a new in-memory Derby. */
    public static StoreFixture derby(Class<?>... modules) {
        return open(DatabaseKind.DERBY, modules);
    }

    /** On a new database of this JVM's PostgreSQL. */
    public static StoreFixture postgresql(Class<?>... modules) {
        return open(DatabaseKind.POSTGRESQL, modules);
    }

    private static StoreFixture ofItsOwn(DatabaseSettings settings, Class<?>... modules) {
        StoreFixture fixture = open(settings, modules);
        fixture.ownDatabase = true;
        return fixture;
    }

    /** On a given database, which is left as it is at the end (an in-memory one excepted). */
    public static StoreFixture open(DatabaseSettings settings, Class<?>... modules) {
        try {
            return new StoreFixture(settings, modules);
        } catch (SQLException e) {
            throw new IllegalStateException("No database at " + settings, e);
        }
    }

    /** The store of another module on the same database; migrated and made when first asked for. */
    public DatabaseStore storeOf(Class<?> module) {
        DatabaseStore known = stores.get(module);
        if (known == null) {
            known = newStore(module);
            stores.put(module, known);
        }
        return known;
    }

    /** Another generation of the module's store, which the caller closes. */
    public DatabaseStore newStore(Class<?> module) {
        ModuleFiles files = ModuleFiles.of(module, database.kind());
        try {
            migrator.apply(files.migrations());
        } catch (SQLException e) {
            throw new IllegalStateException("The database was lost", e);
        }
        BoundDataSource connections = new BoundDataSource(database.dataSource());
        EntityManagerFactory entities = files.unit()
                .map(unit -> factories.create(
                        unit,
                        files.location(),
                        module.getClassLoader(),
                        connections,
                        files.name() + "-" + SESSIONS.incrementAndGet()))
                .orElse(null);
        return new DatabaseStore(database.kind(), connections, entities, RetryPolicy.DEFAULT);
    }

    @Override
    public <T> T call(String tenantId, Work<T> work) {
        return main.call(tenantId, work);
    }

    @Override
    public String databaseKind() {
        return main.databaseKind();
    }

    public Outbox outbox() {
        return outbox;
    }

    /** Delivers all committed events to the listener, as the platform does, until the returned handle is closed. */
    public Subscription listen(EventListener listener) {
        listeners.add(listener, generations.incrementAndGet(), 0);
        dispatcher.wake();
        return () -> {
            listeners.remove(listener);
            dispatcher.retire(listener);
        };
    }

    /** Ends with {@code close}, which throws nothing. */
    @FunctionalInterface
    public interface Subscription extends AutoCloseable {
        @Override
        void close();
    }

    public AuditLog audit() {
        return audit;
    }

    /** What was audited; nothing signs or removes by itself. */
    public AuditTrail auditTrail() {
        return keeper.trail();
    }

    /** The pool, as the platform registers it for those that bring their own SQL. */
    public DataSource dataSource() {
        return database.dataSource();
    }

    public Database database() {
        return database;
    }

    public DatabaseMaintenance maintenance() {
        return new Maintenance(settings);
    }

    public DatabaseSettings settings() {
        return settings;
    }

    /**
     * Takes the database away from everybody who has it from here, as the end of their process does: whatever they do then
     * leaves no trace in it. The database itself stays for other fixtures.
     */
    public void cut() {
        cut = true;
        database.close();
    }

    /**
     * Closes everything; drops a PostgreSQL database made by {@link #postgresql}, unless it was {@link #cut}. A database of
     * the fixture's own goes while the next test runs: Derby waits for half a second before it lets one go.
     */
    @Override
    public void close() {
        dispatcher.close();
        keeper.close();
        if (ownDatabase && !cut) {
            CLOSING.execute(this::closeDatabase);
        } else {
            closeDatabase();
        }
    }

    private void closeDatabase() {
        audit.close();
        stores.values().forEach(DatabaseStore::close);
        if (cut) {
            return;
        }
        database.close();
        if (PostgresServer.OWNER.equals(settings.user())) {
            PostgresServer.shared().drop(settings);
        }
    }
}
