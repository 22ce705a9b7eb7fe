package org.platformforge.kernel.store.component;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.Designate;
import org.platformforge.kernel.api.health.HealthCheck;
import org.platformforge.kernel.api.store.DatabaseMaintenance;
import org.platformforge.kernel.store.database.Database;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.kernel.store.database.DatabaseSettings;
import org.platformforge.kernel.store.database.DerbyEngine;
import org.platformforge.kernel.store.database.Maintenance;
import org.platformforge.kernel.store.database.Messages;
import org.platformforge.kernel.store.database.RolePrivileges;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reaches the database, however long that takes, and then offers it as services; who needs it waits by referencing
 * them. Afterwards watches it for the health check. Immediate, because those services exist only by its work.
 */
@Component(service = HealthCheck.class, configurationPid = StoreConfig.PID, immediate = true)
@Designate(ocd = StoreConfig.class)
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=org.platformforge.kernel.store.component.StoreRuntime")
@Capability(
        namespace = "osgi.service",
        attribute = {"objectClass:List<String>=javax.sql.DataSource", "forge.datasource=platform"})
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=org.platformforge.kernel.api.store.DatabaseMaintenance")
public final class DatabaseConnector implements HealthCheck {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseConnector.class);
    private static final long STOP_MILLIS = 15_000;
    private static final long DISK_MILLIS = 250;

    private final BundleContext context;
    private volatile Settings settings;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread watcher;
    private volatile Health state = Health.unhealthy("The database has not been reached yet");
    private volatile StoreRuntime runtime;

    @Activate
    public DatabaseConnector(BundleContext context, StoreConfig config) {
        this.context = context;
        this.settings = new Settings(config, context::getProperty);
        this.watcher = new Thread(this::work, "forge-store");
        this.watcher.setDaemon(true);
        this.watcher.start();
    }

    @Override
    public String name() {
        return "store";
    }

    @Override
    public Health check() {
        Health now = state;
        StoreRuntime reached = runtime;
        if (reached == null || now.status() != Status.HEALTHY) {
            return now;
        }
        Map<Long, String> problems = reached.problems();
        problems.keySet().removeIf(id -> context.getBundle(id) == null);
        return problems.isEmpty() ? now : Health.unhealthy(String.join("; ", problems.values()));
    }

    private void work() {
        try {
            Database database = connect();
            if (database != null) {
                serve(database);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            state = Health.unhealthy("The store has failed; the log says why");
            LOG.error("The store has failed", e);
        }
    }

    /** @return null when told to stop before the database was reached */
    private Database connect() throws InterruptedException {
        do {
            Settings current = settings;
            DatabaseSettings wanted = checked(current);
            if (wanted != null) {
                try {
                    if (wanted.kind() == DatabaseKind.DERBY) {
                        DerbyEngine.configure(current.derbyFolder(), current.derbyLog());
                    }
                    Database database = Database.open(wanted);
                    LOG.info("The database {} is there", wanted.displayUrl());
                    return database;
                } catch (IOException | SQLException | RuntimeException e) {
                    unreachable(wanted.displayUrl(), e);
                }
            }
        } while (!stop.await(settings.healthInterval().toMillis(), TimeUnit.MILLISECONDS));
        return null;
    }

    /** @return null when the configuration is wrong: then only another one helps */
    private DatabaseSettings checked(Settings current) {
        try {
            current.delivery();
            current.retries();
            return current.database();
        } catch (IllegalArgumentException e) {
            String reason = "Wrong configuration " + StoreConfig.PID + ": " + e.getMessage();
            if (!reason.equals(state.message())) {
                LOG.error(reason);
            }
            state = Health.unhealthy(reason);
            return null;
        }
    }

    /** Offers the services until told to stop, and takes them back before the database is closed. */
    private void serve(Database database) throws InterruptedException {
        state = Health.unhealthy("The database is being prepared");
        runtime = new StoreRuntime(database, settings, context.getBundle());
        Deque<ServiceRegistration<?>> offered = new ArrayDeque<>();
        try {
            offered.push(context.registerService(StoreRuntime.class, runtime, new Hashtable<>()));
            offered.push(context.registerService(DataSource.class, database.dataSource(), properties(database)));
            offered.push(context.registerService(
                    DatabaseMaintenance.class, new Maintenance(settings.database()), new Hashtable<>()));
            state = privileges(database);
            watch(database);
        } finally {
            offered.forEach(DatabaseConnector::withdraw);
            close(database);
        }
    }

    private static Dictionary<String, Object> properties(Database database) {
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put("forge.datasource", "platform");
        properties.put("forge.database.kind", database.kind().id());
        return properties;
    }

    private static void withdraw(ServiceRegistration<?> registration) {
        try {
            registration.unregister();
        } catch (IllegalStateException e) {
            LOG.debug("The framework was faster", e);
        }
    }

    private static void close(Database database) {
        database.close();
        if (database.kind() == DatabaseKind.DERBY) {
            DerbyEngine.shutdown();
        }
        LOG.info("The database {} is closed", database.displayUrl());
    }

    private static Health privileges(Database database) {
        String warning = RolePrivileges.warning(database).orElse(null);
        if (warning == null) {
            return Health.healthy();
        }
        LOG.warn(warning);
        return new Health(Status.HEALTHY, warning);
    }

    /** The disk is looked at more often than the database is asked: it may fill up fast. */
    private void watch(Database database) throws InterruptedException {
        Health whenThere = state;
        Duration interval = settings.healthInterval();
        long asked = System.nanoTime();
        while (!stop.await(Math.min(DISK_MILLIS, interval.toMillis()), TimeUnit.MILLISECONDS)) {
            Health now = database.recover()
                    .map(onlyReadable -> new Health(Status.DEGRADED, onlyReadable))
                    .orElse(whenThere);
            if (System.nanoTime() - asked >= interval.toNanos()) {
                ask(database, now);
                asked = System.nanoTime();
            } else if (state.status() != Status.UNHEALTHY) {
                state = now;
            }
        }
    }

    private void ask(Database database, Health whenThere) {
        try {
            database.ping();
            if (state.status() == Status.UNHEALTHY) {
                LOG.info("The database {} is there again", database.displayUrl());
            }
            state = whenThere;
        } catch (SQLException | RuntimeException e) {
            unreachable(database.displayUrl(), e);
        }
    }

    private void unreachable(String url, Exception cause) {
        String reason = "The database " + url + " cannot be reached: " + reason(cause);
        if (!reason.equals(state.message())) {
            LOG.warn("{}; trying again", reason);
        }
        state = Health.unhealthy(reason);
    }

    /** The innermost message that came from the database, on one line. */
    private static String reason(Throwable failure) {
        Throwable told = failure;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause.getMessage() != null) {
                told = cause;
            }
            if (cause instanceof SQLException sql && "XSDB6".equals(sql.getSQLState())) {
                return "another process has it open";
            }
        }
        return Messages.oneLine(told);
    }

    /** Everybody stands on a database that was reached: closing and opening it again would stop them all. */
    @Modified
    void modified(StoreConfig config) {
        if (runtime == null) {
            settings = new Settings(config, context::getProperty);
        } else {
            LOG.info("The changed configuration {} takes effect at the next start", StoreConfig.PID);
        }
    }

    @Deactivate
    void stop() {
        stop.countDown();
        try {
            watcher.join(STOP_MILLIS);
            if (watcher.isAlive()) {
                LOG.warn("The database is still in use while the store stops");
                watcher.interrupt();
                watcher.join(STOP_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
