package org.platformforge.gateway.domain;

import java.sql.SQLException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.gateway.store.RouteRepository;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The routes as every request needs them: in memory, replaced as a whole. They are read again all the time because
 * other nodes, and this module's other generation during a swap, write them too; also by a generation that is only tried,
 * which has to know them when it is given its first request. Thread-safe.
 */
@Component(service = RouteTable.class, configurationPid = GatewayConfig.PID)
public final class RouteTable {
    private static final Logger LOG = LoggerFactory.getLogger(RouteTable.class);

    private final Store store;
    private final RouteRepository repository;
    private final ScheduledExecutorService reloader;
    private volatile Map<String, Route> byLabel = Map.of();
    private volatile int reloadSeconds;
    private ScheduledFuture<?> reloads;
    private boolean failing;

    @Activate
    public RouteTable(@Reference Store store, @Reference RouteRepository repository, GatewayConfig config) {
        this.store = store;
        this.repository = repository;
        reloadQuietly();
        reloader = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "gateway-routes");
            thread.setDaemon(true);
            return thread;
        });
        modified(config);
    }

    @Modified
    final synchronized void modified(GatewayConfig config) {
        if (reloads != null) {
            reloads.cancel(false);
        }
        int seconds = Math.max(1, config.reload_interval());
        reloadSeconds = seconds;
        reloads = reloader.scheduleWithFixedDelay(this::reloadQuietly, seconds, seconds, TimeUnit.SECONDS);
    }

    @Deactivate
    public void close() {
        reloader.shutdownNow();
    }

    public Optional<Route> byLabel(String label) {
        return Optional.ofNullable(byLabel.get(label));
    }

    public Optional<Route> byResource(String resourceId) {
        return byLabel.values().stream()
                .filter(route -> route.resourceId().equals(resourceId))
                .findFirst();
    }

    public Collection<Route> all() {
        return byLabel.values();
    }

    /** Routes of a tenant's service, in one environment or, with null, in all. */
    public List<Route> ofService(String tenantId, String service, String environment) {
        return byLabel.values().stream()
                .filter(route ->
                        route.tenantId().equals(tenantId) && route.service().equals(service))
                .filter(route -> environment == null || route.environment().equals(environment))
                .toList();
    }

    /** Waits until the other nodes of one PostgreSQL have read the routes anew; Derby has one node only. */
    void awaitOtherNodes() throws InterruptedException {
        if (!store.databaseKind().equals("derby")) {
            TimeUnit.SECONDS.sleep(reloadSeconds + 1L);
        }
    }

    /** Written and in use on this node when it returns. */
    void save(Route route) {
        store.run(route.tenantId(), tx -> repository.save(tx, route));
        reload();
    }

    void delete(String resourceId) {
        store.run(Store.ALL_TENANTS, tx -> repository.delete(tx, resourceId));
        reload();
    }

    /** One at a time, so that an older reading never replaces a newer one. */
    synchronized void reload() {
        List<Route> routes = store.call(Store.ALL_TENANTS, this::read);
        Map<String, Route> known = byLabel;
        Map<String, Route> fresh = new LinkedHashMap<>();
        // what has not changed stays the same object, so that a request sees at a glance that its route still holds
        routes.forEach(route ->
                fresh.put(route.label(), route.equals(known.get(route.label())) ? known.get(route.label()) : route));
        byLabel = Map.copyOf(fresh);
        failing = false;
    }

    private List<Route> read(Transaction tx) throws SQLException {
        return repository.all(tx);
    }

    private void reloadQuietly() {
        try {
            reload();
        } catch (RuntimeException e) {
            if (!Thread.currentThread().isInterrupted()) {
                warn(e);
            }
        }
    }

    private synchronized void warn(RuntimeException e) {
        if (!failing) {
            LOG.warn("Routes cannot be read; the ones known go on being served", e);
        }
        failing = true;
    }
}
