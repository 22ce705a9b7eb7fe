package org.platformforge.kernel.http.generation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceListener;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.platformforge.kernel.api.module.Generations.Stage;
import org.platformforge.kernel.http.config.HttpSettings;
import org.platformforge.kernel.http.metrics.RouteMeters;
import org.platformforge.kernel.http.route.RouteScope;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the resource services of every bundle and keeps one generation per bundle: built when the bundle's components
 * are complete, switched in, and taken away while the bundle can still answer. Taking away happens on the thread that
 * stops the service, because only there the module's objects are still alive; that thread waits, up to the drain time,
 * for the requests in flight. Several bundles are built at once, switched in they are one after another. No lock is held
 * while code of a bundle runs. Thread-safe.
 */
@Component(service = GenerationRegistry.class)
public final class GenerationRegistry implements ServiceListener, SynchronousBundleListener {
    private static final Logger LOG = LoggerFactory.getLogger(GenerationRegistry.class);
    private static final String FILTER = "(" + Completeness.RESOURCE + "=true)";
    private static final Duration SHUTDOWN_DRAIN = Duration.ofSeconds(3);
    private static final long RECHECK_MILLIS = 500;

    private final BundleContext context;
    private final HttpSettings settings;
    private final Completeness completeness;
    private final GenerationBuilder builder;
    private final Stages stages;
    private final RouteBoard board;
    private final ExtensionBoard extensions = new ExtensionBoard(this::isRouteless);
    private final Object switching = new Object();
    private final Map<Long, Set<ServiceReference<Object>>> services = new ConcurrentHashMap<>();
    private final Map<Long, Set<ServiceReference<Object>>> served = new ConcurrentHashMap<>();
    private final Map<Long, Prepared> prepared = new ConcurrentHashMap<>();
    private final Problems problems = new Problems();
    private final Drains drains = new Drains();
    private final RouteMeters meters = new RouteMeters();
    private final Evaluations evaluations = new Evaluations(this::evaluate);
    private final StartUp startUp;
    private volatile boolean stopped;
    private volatile boolean stopping;

    /** The routes of a bundle that is being tried. @param services what it is made of */
    private record Prepared(Generation generation, Set<ServiceReference<Object>> services) {}

    @Activate
    public GenerationRegistry(
            BundleContext context, @Reference ServiceComponentRuntime components, @Reference HttpSettings settings)
            throws InvalidSyntaxException {
        this.context = context;
        this.settings = settings;
        this.completeness = new Completeness(components);
        this.builder = new GenerationBuilder(context, meters);
        this.stages = new Stages(context.getBundle(Constants.SYSTEM_BUNDLE_ID).getBundleContext(), this::servingOf);
        this.board = new RouteBoard(context.getBundle().getVersion().toString(), stages::precedes);
        this.startUp = new StartUp(
                context,
                completeness::declaresResources,
                bundle -> serving(bundle.getBundleId()).isPresent());
        context.addBundleListener(this);
        context.addServiceListener(this, FILTER);
        ServiceReference<?>[] present = context.getAllServiceReferences(null, FILTER);
        for (ServiceReference<?> reference : present == null ? new ServiceReference<?>[0] : present) {
            appeared(reference);
        }
    }

    @Deactivate
    void deactivate() {
        context.removeServiceListener(this);
        context.removeBundleListener(this);
        stopped = true;
        evaluations.stop();
        List<Generation> left = new ArrayList<>(board.serving());
        left.addAll(extensions.serving());
        left.forEach(generation -> withdraw(generation.scope(), generation.bundleId(), null));
        left.forEach(this::drain);
        prepared.keySet().forEach(this::discard);
        drains.stop();
        builder.close();
    }

    /** The platform is about to stop; everything is still served. */
    public void announceStop() {
        stopping = true;
    }

    public boolean isStopping() {
        return stopping;
    }

    /** Tells all streams to end, and lets no request into a module any more. For the stop of the platform. */
    public void endStreams() {
        everythingElse().forEach(generation -> generation.inFlight().close());
    }

    /** Requests under way in modules and extensions. */
    public int underWay() {
        return Stream.concat(everythingElse(), drains.running().stream())
                .distinct()
                .mapToInt(generation -> generation.inFlight().count())
                .sum();
    }

    /** But for the routes of this bundle, which tell orchestrators how it goes. */
    private Stream<Generation> everythingElse() {
        long own = context.getBundle().getBundleId();
        return Stream.concat(board.serving().stream(), extensions.serving().stream())
                .filter(generation -> generation.bundleId() != own);
    }

    public RouteBoard board() {
        return board;
    }

    public RouteMeters meters() {
        return meters;
    }

    public ExtensionBoard extensions() {
        return extensions;
    }

    public StartUp startUp() {
        return startUp;
    }

    public Completeness completeness() {
        return completeness;
    }

    /** Generations of modules that are no longer reachable but still at work. */
    public Collection<Generation> draining() {
        return drains.running().stream()
                .filter(generation -> !generation.scope().isExtension())
                .toList();
    }

    private boolean isRouteless(long bundleId) {
        Bundle bundle = context.getBundle(bundleId);
        return bundle != null
                && bundle.getState() == Bundle.ACTIVE
                && services.getOrDefault(bundleId, Set.of()).isEmpty()
                && completeness.declaresNoResources(bundle);
    }

    /** Whether the bundle has routes, reachable or not: declared components, or resources it has registered itself. */
    boolean hasResources(Bundle bundle) {
        return completeness.declaresResources(bundle)
                || !services.getOrDefault(bundle.getBundleId(), Set.of()).isEmpty();
    }

    /** What keeps the bundle from being served, when something does. */
    public Optional<String> problem(long bundleId) {
        return evaluations
                .busySeconds(bundleId)
                .map(seconds -> "Its components have been starting for " + seconds + " s")
                .or(() -> problems.text(bundleId));
    }

    /** The bundle's generation that is reachable now, of a module or of an extension. */
    public Optional<Generation> serving(long bundleId) {
        return board.serving(bundleId).or(() -> Optional.ofNullable(extensions.serving(bundleId)));
    }

    private Optional<Long> servingOf(String symbolicName) {
        return board.servingOf(symbolicName);
    }

    Stages stages() {
        return stages;
    }

    /** Whether new work goes to the bundle's services. */
    public boolean acts(long bundleId) {
        return stages.of(bundleId) == Stage.ACTING;
    }

    /** The bundle is to become {@link #isReady ready} beside the one that acts, and to do nothing else. */
    public void tryOut(long bundleId) {
        stages.tryOut(bundleId);
    }

    /** Whether the routes of the bundle, acting or being tried, are built. */
    public boolean isReady(long bundleId) {
        return prepared.containsKey(bundleId) || serving(bundleId).isPresent();
    }

    /**
     * Gives a bundle that was tried the module's place: all new work goes to it, and the module's other bundles only end
     * what they have begun.
     *
     * @return false when its routes are not ready, or not any more; nothing has changed then
     * @throws GenerationException when another module has its routes; nothing has changed then
     */
    public boolean give(Bundle bundle) throws GenerationException {
        String name = bundle.getSymbolicName();
        long id = bundle.getBundleId();
        synchronized (switching) {
            Prepared ready = prepared.get(id);
            if (ready == null) {
                boolean complete = !completeness.declaresResources(bundle);
                if (complete) {
                    stages.give(name, id);
                }
                return complete;
            }
            Optional<String> refusal = board.refusal(ready.generation());
            if (refusal.isPresent()) {
                throw new GenerationException(refusal.get());
            }
            if (!isStillThere(bundle, ready.services())) {
                return false; // whoever made it untrue has it built again
            }
            Optional<Long> before = stages.place(name);
            stages.give(name, id);
            prepared.remove(id);
            if (!(switchTo(bundle, ready.generation(), ready.services()) instanceof RouteBoard.Accepted)) {
                stages.takeBack(name, id, before);
                ready.generation().close();
                evaluations.soon(bundle);
                return false;
            }
        }
        reconsiderWaiting(); // a route that the replaced one had may be free now
        return true;
    }

    /** The bundle begins nothing any more. */
    public void leave(long bundleId) {
        stages.leave(bundleId);
    }

    /** From now on the bundle acts for the module while it is started, even when another bundle of the module is newer. */
    public void prefer(String symbolicName, long bundleId) {
        stages.prefer(symbolicName, bundleId);
        Bundle bundle = context.getBundle(bundleId);
        if (bundle != null) {
            evaluations.soon(bundle);
        }
    }

    /** Of the module the newest bundle acts again. */
    public void preferNone(String symbolicName) {
        stages.preferNone(symbolicName);
        reconsiderWaiting();
    }

    /** Whether waiting for the bundle's generation is in vain. */
    public boolean isHopeless(long bundleId) {
        return problems.isFatal(bundleId);
    }

    @Override
    public void serviceChanged(ServiceEvent event) {
        if (event.getType() == ServiceEvent.REGISTERED) {
            appeared(event.getServiceReference());
        } else if (event.getType() == ServiceEvent.UNREGISTERING) {
            vanishing(event.getServiceReference());
        }
    }

    @Override
    public void bundleChanged(BundleEvent event) {
        Bundle bundle = event.getBundle();
        long id = bundle.getBundleId();
        if (event.getType() == BundleEvent.UNINSTALLED) {
            stages.forget(id);
        } else if (!RouteScope.of(bundle.getLocation()).isExtension()) {
            stages.look(); // an extension's bundles always act, and take no module's place
        }
        switch (event.getType()) {
            case BundleEvent.STARTED -> started(bundle);
            case BundleEvent.STOPPING -> withdraw(bundle);
            case BundleEvent.STOPPED, BundleEvent.UNINSTALLED -> forget(id);
            default -> {
                // the other states change nothing that is served
            }
        }
    }

    /** The component runtime may hear of the start after us, and tells nobody when it has read the components. */
    private void started(Bundle bundle) {
        evaluations.soon(bundle);
        if (bundle.getHeaders("").get("Service-Component") != null) {
            evaluations.later(bundle, RECHECK_MILLIS);
        }
    }

    @SuppressWarnings("unchecked")
    private void appeared(ServiceReference<?> reference) {
        Bundle bundle = reference.getBundle();
        if (bundle != null) {
            services.computeIfAbsent(bundle.getBundleId(), id -> ConcurrentHashMap.newKeySet())
                    .add((ServiceReference<Object>) reference);
            evaluations.soon(bundle);
        }
    }

    private void vanishing(ServiceReference<?> reference) {
        Bundle bundle = reference.getBundle();
        Set<ServiceReference<Object>> known = bundle == null ? null : services.get(bundle.getBundleId());
        if (known != null && known.remove(reference)) {
            withdraw(bundle);
            evaluations.soon(bundle);
        }
    }

    private void forget(long bundleId) {
        services.remove(bundleId);
        problems.clear(bundleId);
    }

    private void withdraw(Bundle bundle) {
        RouteScope scope = RouteScope.of(bundle.getLocation());
        boolean returns = !scope.isExtension() && (bundle.getState() == Bundle.ACTIVE || hasSibling(bundle));
        // what is under way is drained before the bundle can come back
        Duration hold = settings.current().holdTime().plus(drainTime());
        Long until = returns ? System.nanoTime() + hold.toNanos() : null;
        Optional<Generation> gone = withdraw(scope, bundle.getBundleId(), until);
        served.remove(bundle.getBundleId());
        discard(bundle.getBundleId());
        stages.look();
        if (!returns && !scope.isExtension()) {
            board.release(bundle.getSymbolicName());
        }
        gone.ifPresent(this::drain);
        if (gone.isPresent() || !returns) {
            reconsiderWaiting();
        }
        // what a newer bundle has replaced drains on a thread of its own, and needs the bundle's objects until then
        drains.await(bundle.getBundleId(), drainTime());
    }

    /** What was prepared of a bundle that is being tried is of no use any more. */
    private void discard(long bundleId) {
        Prepared gone = prepared.remove(bundleId);
        if (gone != null) {
            gone.generation().close();
        }
    }

    private Optional<Generation> withdraw(RouteScope scope, long bundleId, Long until) {
        return scope.isExtension() ? extensions.withdraw(bundleId) : board.withdraw(bundleId, until);
    }

    private boolean hasSibling(Bundle bundle) {
        return services.keySet().stream()
                .filter(id -> id != bundle.getBundleId())
                .map(context::getBundle)
                .anyMatch(other -> other != null
                        && other.getState() == Bundle.ACTIVE
                        && !RouteScope.of(other.getLocation()).isExtension()
                        && other.getSymbolicName().equals(bundle.getSymbolicName()));
    }

    private void reconsiderWaiting() {
        problems.bundles().stream()
                .map(context::getBundle)
                .filter(java.util.Objects::nonNull)
                .forEach(bundle -> evaluations.soon(bundle));
    }

    private void evaluate(Bundle bundle) {
        long id = bundle.getBundleId();
        Set<ServiceReference<Object>> known = services.get(id);
        if (bundle.getState() != Bundle.ACTIVE || known == null || known.isEmpty()) {
            if (bundle.getState() == Bundle.ACTIVE && completeness.declaresResources(bundle)) {
                waiting(bundle, completeness.missingResources(bundle, List.of()));
            }
            return;
        }
        Set<ServiceReference<Object>> wanted = Set.copyOf(known);
        Prepared ready = prepared.get(id);
        if (wanted.equals(served.get(id)) && serving(id).isPresent()
                || ready != null && wanted.equals(ready.services())) {
            return;
        }
        List<String> missing = completeness.missingResources(bundle, wanted);
        if (!missing.isEmpty()) {
            waiting(bundle, missing);
            return;
        }
        Optional<RouteBoard.Superseded> superseded =
                RouteScope.of(bundle.getLocation()).isExtension() || stages.isTrial(id)
                        ? Optional.empty()
                        : board.supersededBy(bundle.getSymbolicName(), id);
        if (superseded.isPresent()) {
            problems.superseded(id, superseded.get().problem());
            return;
        }
        build(bundle, wanted);
    }

    private void waiting(Bundle bundle, List<String> missing) {
        problems.waits(bundle.getBundleId(), missing);
        evaluations.later(bundle, RECHECK_MILLIS);
    }

    private void build(Bundle bundle, Set<ServiceReference<Object>> wanted) {
        long id = bundle.getBundleId();
        Generation generation;
        try {
            generation = builder.build(bundle, wanted, settings.current().jsonLimits());
        } catch (GenerationException e) {
            if (wanted.equals(services.get(id))) {
                problems.refused(bundle, e.getMessage(), e.getCause());
            }
            return;
        }
        RouteBoard.Offer offer = offer(bundle, generation, wanted);
        if (offer instanceof RouteBoard.Accepted accepted
                && !accepted.replaced().isEmpty()) {
            reconsiderWaiting(); // a route the replaced one had may be free now
        } else if (offer instanceof RouteBoard.Superseded superseded) {
            generation.close();
            problems.superseded(id, superseded.problem());
        } else if (offer instanceof RouteBoard.Refused refused) {
            generation.close();
            problems.refused(bundle, refused.problem(), null);
        } else if (offer instanceof RouteBoard.Outdated) {
            generation.close();
            evaluations.soon(bundle);
        }
    }

    private RouteBoard.Offer offer(Bundle bundle, Generation generation, Set<ServiceReference<Object>> wanted) {
        synchronized (switching) {
            return stages.isTrial(bundle.getBundleId())
                    ? prepare(bundle, generation, wanted)
                    : switchTo(bundle, generation, wanted);
        }
    }

    private boolean isStillThere(Bundle bundle, Set<ServiceReference<Object>> wanted) {
        return !stopped && bundle.getState() == Bundle.ACTIVE && wanted.equals(services.get(bundle.getBundleId()));
    }

    /** Keeps the generation until the bundle is given its place. */
    private RouteBoard.Offer prepare(Bundle bundle, Generation generation, Set<ServiceReference<Object>> wanted) {
        long id = bundle.getBundleId();
        Optional<String> refusal = board.refusal(generation);
        if (refusal.isPresent()) {
            return new RouteBoard.Refused(refusal.get());
        }
        discard(id);
        prepared.put(id, new Prepared(generation, wanted));
        if (!isStillThere(bundle, wanted)) {
            discard(id); // whoever made it untrue may have looked before there was anything
            return new RouteBoard.Outdated();
        }
        problems.clear(id);
        return new RouteBoard.Accepted(List.of());
    }

    private RouteBoard.Offer switchTo(Bundle bundle, Generation generation, Set<ServiceReference<Object>> wanted) {
        long id = bundle.getBundleId();
        BooleanSupplier stillThere = () -> isStillThere(bundle, wanted);
        RouteBoard.Offer offer = generation.scope().isExtension()
                ? extensions.offer(generation, stillThere)
                : board.offer(generation, stillThere, drains::announce);
        if (offer instanceof RouteBoard.Accepted accepted) {
            served.put(id, wanted);
            problems.clear(id);
            startUp.changed();
            LOG.info(
                    "Generation {} of {} {} serves {} routes",
                    generation.number(),
                    generation.symbolicName(),
                    generation.version(),
                    generation.routes().size());
            accepted.replaced().forEach(replaced -> measure(replaced, generation));
            accepted.replaced().forEach(this::retire);
            if (!generation.scope().isExtension()) {
                stages.look();
            }
        }
        return offer;
    }

    /** Counts what the module's clients saw fail because of, or during, the swap. */
    private void measure(Generation replaced, Generation by) {
        if (replaced.scope().isExtension()) {
            return;
        }
        meters.swapped(by.symbolicName());
        long before = replaced.traffic().serverErrors();
        replaced.closed().thenRun(() -> {
            long failed =
                    replaced.traffic().serverErrors() - before + by.traffic().serverErrors();
            meters.failedWhileSwapping(by.symbolicName(), failed);
        });
    }

    private void retire(Generation replaced) {
        Bundle bundle = context.getBundle(replaced.bundleId());
        if (bundle != null && serving(replaced.bundleId()).isEmpty()) {
            served.remove(replaced.bundleId());
            problems.superseded(replaced.bundleId(), "Superseded by a newer bundle");
        }
        drains.later(replaced, settings.current().drainTime());
    }

    private void drain(Generation generation) {
        // whoever drained it already, with a patience of its own, does not wait again
        drains.drain(generation, generation.inFlight().isClosed() ? Duration.ZERO : drainTime());
    }

    private Duration drainTime() {
        boolean stopping = context.getBundle(Constants.SYSTEM_BUNDLE_ID).getState() == Bundle.STOPPING;
        return stopping ? SHUTDOWN_DRAIN : settings.current().drainTime();
    }
}
