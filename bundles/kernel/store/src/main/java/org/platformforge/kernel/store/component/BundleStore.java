package org.platformforge.kernel.store.component;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import javax.persistence.EntityManagerFactory;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.service.component.ComponentContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ServiceScope;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.store.database.Messages;
import org.platformforge.kernel.store.database.SqlErrors;
import org.platformforge.kernel.store.tx.BoundDataSource;
import org.platformforge.kernel.store.tx.DatabaseStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store of the bundle that asks for it. Broken migrations or mappings refuse the service, so that a generation with
 * them never starts and the older one goes on; a database that is merely away at this moment does not: the store then
 * becomes usable with the first call that reaches it.
 */
@Component(service = Store.class, scope = ServiceScope.BUNDLE)
public final class BundleStore implements Store {
    private static final Logger LOG = LoggerFactory.getLogger(BundleStore.class);

    private static final Duration TRY_AGAIN = Duration.ofSeconds(30);

    private final Bundle bundle;
    private final StoreRuntime runtime;
    private final ReentrantLock opening = new ReentrantLock();
    private volatile DatabaseStore store;
    private volatile boolean closed;
    private volatile boolean refused;
    private volatile long tryAgainAt;

    @Activate
    public BundleStore(ComponentContext context, @Reference StoreRuntime runtime) {
        this(context.getUsingBundle(), runtime);
    }

    BundleStore(Bundle bundle, StoreRuntime runtime) {
        this.bundle = bundle;
        this.runtime = runtime;
        try {
            this.store = open();
            runtime.problems().remove(bundle.getBundleId());
        } catch (SQLException | RuntimeException e) {
            if (!SqlErrors.mayPass(e)) {
                throw refuse(e);
            }
            LOG.warn("The store of {} waits for the database: {}", bundle.getSymbolicName(), e.getMessage());
        }
    }

    private IllegalStateException refuse(Exception cause) {
        String name = bundle.getSymbolicName() + " " + bundle.getVersion();
        String message = "No store for " + name + ": " + Messages.oneLine(cause);
        runtime.problems().put(bundle.getBundleId(), message);
        LOG.error(message, cause);
        return new IllegalStateException(message, cause);
    }

    private DatabaseStore open() throws SQLException {
        BundleFiles files = new BundleFiles(bundle);
        runtime.migrate(files);
        BoundDataSource connections = new BoundDataSource(runtime.database().dataSource());
        EntityManagerFactory entities = files.unit()
                .map(unit -> runtime.factories()
                        .create(
                                unit,
                                bundle.getEntry("/"),
                                bundle.adapt(BundleWiring.class).getClassLoader(),
                                connections,
                                runtime.sessionName(bundle.getSymbolicName(), bundle.getBundleId())))
                .orElse(null);
        return new DatabaseStore(
                runtime.database().kind(),
                connections,
                entities,
                runtime.settings().retries());
    }

    @Override
    public <T> T call(String tenantId, Work<T> work) {
        DatabaseStore ready = store;
        return (ready == null ? openNow() : ready).call(tenantId, work);
    }

    @Override
    public String databaseKind() {
        return runtime.database().kind().id();
    }

    /** One caller at a time tries; the others are told at once. */
    private DatabaseStore openNow() {
        if (refused && System.nanoTime() - tryAgainAt < 0 || !opening.tryLock()) {
            throw unavailable(null);
        }
        try {
            if (store == null && !closed) {
                store = open();
            }
            if (store == null) {
                throw unavailable(null);
            }
            return store;
        } catch (SQLException e) {
            throw unavailable(e);
        } catch (PlatformException e) {
            throw e;
        } catch (RuntimeException e) {
            throw SqlErrors.mayPass(e) ? unavailable(e) : unavailable(refuseOnce(e));
        } finally {
            opening.unlock();
        }
    }

    /** Told once; what is broken stays broken until its bundle is another one, and is looked at again only rarely. */
    private RuntimeException refuseOnce(RuntimeException cause) {
        tryAgainAt = System.nanoTime() + TRY_AGAIN.toNanos();
        if (refused) {
            LOG.debug("{} still has no store", bundle.getSymbolicName(), cause);
            return cause;
        }
        refused = true;
        return refuse(cause);
    }

    private static PlatformException unavailable(Throwable cause) {
        return PlatformException.of(ErrorKind.UNAVAILABLE, "The database cannot be reached")
                .withCause(cause);
    }

    @Deactivate
    void close() {
        opening.lock();
        try {
            closed = true;
            if (store != null) {
                store.close();
            }
        } finally {
            opening.unlock();
        }
    }
}
