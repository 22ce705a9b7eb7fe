package org.platformforge.kernel.http.generation;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import org.osgi.framework.Version;
import org.platformforge.kernel.http.metrics.RouteMeter;
import org.platformforge.kernel.http.metrics.RouteMeters;
import org.platformforge.kernel.http.openapi.OpenApiFragment;
import org.platformforge.kernel.http.openapi.PackedFragment;
import org.platformforge.kernel.http.route.RouteScope;
import org.platformforge.kernel.http.route.RouteTable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One bundle's routes with everything that serves them: the JAX-RS server, the JSON codec, the resource instances and
 * the count of requests in flight. Everything made of the module's classes hangs here and goes with {@link #close}.
 * Thread-safe.
 */
public final class Generation {
    private static final Logger LOG = LoggerFactory.getLogger(Generation.class);

    private final long number;
    private final long bundleId;
    private final String symbolicName;
    private final Version version;
    private final RouteScope scope;
    private final boolean featureSet;
    private final InFlight inFlight = new InFlight();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final LongAdder requests = new LongAdder();
    private final LongAdder clientErrors = new LongAdder();
    private final LongAdder serverErrors = new LongAdder();
    private final LongAdder nanos = new LongAdder();
    private volatile List<Route> routes = List.of();
    private volatile RouteTable<Route> table = new RouteTable<>(List.of());
    private volatile PackedFragment openApi;
    private final RouteMeters meters;
    private final List<RouteMeters.Key> measured = new ArrayList<>();
    private final List<AutoCloseable> resources = new ArrayList<>();

    /** @param meters shared by all generations */
    Generation(long number, long bundleId, String symbolicName, Version version, RouteScope scope, RouteMeters meters) {
        this(number, bundleId, symbolicName, version, scope, meters, false);
    }

    /** @param featureSet whether the bundle says that it belongs to a feature set */
    Generation(
            long number,
            long bundleId,
            String symbolicName,
            Version version,
            RouteScope scope,
            RouteMeters meters,
            boolean featureSet) {
        this.featureSet = featureSet;
        this.number = number;
        this.bundleId = bundleId;
        this.symbolicName = symbolicName;
        this.version = version;
        this.scope = scope;
        this.meters = meters;
    }

    /** For one of its routes, before {@link #complete}. All of an extension's are measured as one: their number is its own. */
    RouteMeter meter(String method, String template) {
        RouteMeters.Key key = scope.isExtension()
                ? new RouteMeters.Key(scope.extension(), "", "/api/v1/ext/" + scope.extension())
                : new RouteMeters.Key(symbolicName, method, template);
        measured.add(key);
        return meters.acquire(key);
    }

    /** Called once by the builder, before anybody else sees the generation. */
    void complete(List<Route> completeRoutes, OpenApiFragment fragment) {
        routes = List.copyOf(completeRoutes);
        openApi = PackedFragment.of(fragment);
        if (scope.isExtension()) {
            table = new RouteTable<>(routes.stream()
                    .map(route -> new RouteTable.Entry<>(route.method(), route.template(), route))
                    .toList());
        }
    }

    /** Closed in reverse order by {@link #close}. */
    void own(AutoCloseable resource) {
        resources.add(resource);
    }

    /** Counts the generations of this run of the platform. */
    public long number() {
        return number;
    }

    public long bundleId() {
        return bundleId;
    }

    /** Whether its licence has a say in what it changes. */
    public boolean belongsToFeatureSet() {
        return featureSet;
    }

    public String symbolicName() {
        return symbolicName;
    }

    public Version version() {
        return version;
    }

    public List<Route> routes() {
        return routes;
    }

    /** Whose routes it serves. */
    public RouteScope scope() {
        return scope;
    }

    /** Of an extension, its routes by their full paths; of a module empty, for modules share one table. */
    public RouteTable<Route> table() {
        return table;
    }

    /** Null once it is closed. */
    PackedFragment openApi() {
        return openApi;
    }

    public InFlight inFlight() {
        return inFlight;
    }

    /** Completed when the generation is drained and closed. */
    CompletableFuture<Void> closed() {
        return closed;
    }

    /** Counts one answered request. */
    public void answered(int status, long durationNanos) {
        requests.increment();
        nanos.add(durationNanos);
        if (status >= 500) {
            serverErrors.increment();
        } else if (status >= 400) {
            clientErrors.increment();
        }
    }

    /** What this generation has answered so far. */
    public Traffic traffic() {
        return new Traffic(requests.sum(), clientErrors.sum(), serverErrors.sum(), nanos.sum());
    }

    /** @param nanos time spent on all of them together */
    public record Traffic(long requests, long clientErrors, long serverErrors, long nanos) {}

    /**
     * Gives back everything of the module. Only when no request can reach it any more. Repeated calls change nothing.
     */
    synchronized void close() {
        inFlight.close();
        for (int i = resources.size() - 1; i >= 0; i--) {
            try {
                resources.get(i).close();
            } catch (Exception e) {
                LOG.warn("Generation {} of {} did not close cleanly", number, symbolicName, e);
            }
        }
        resources.clear();
        routes = List.of();
        table = new RouteTable<>(List.of());
        openApi = null;
        meters.release(measured);
        measured.clear();
        closed.complete(null);
    }
}
