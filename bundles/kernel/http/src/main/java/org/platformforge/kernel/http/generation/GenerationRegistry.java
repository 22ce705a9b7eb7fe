package org.platformforge.kernel.http.generation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
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
import org.platformforge.kernel.http.config.HttpSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the resource services of every bundle and keeps one generation per bundle: built on one worker thread when
 * the bundle's components are complete, switched in, and taken away while the bundle can still answer. Taking away
 * happens on the thread that stops the service, because only there the module's objects are still alive; that thread
 * waits, up to the drain time, for the requests in flight. No lock is held while the framework is called. Thread-safe.
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
    private final RouteBoard board;
    private final Map<Long, Set<ServiceReference<Object>>> services = new ConcurrentHashMap<>();
    private final Map<Long, Set<ServiceReference<Object>>> served = new ConcurrentHashMap<>();
    private final Map<Long, Problem> problems = new ConcurrentHashMap<>();
    private final Drains drains = new Drains();
    private final Set<Long> rechecks = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService worker =
            new ScheduledThreadPoolExecutor(1, task -> Drains.thread(task, "forge-generations"));

    /** @param fatal whether waiting cannot help */
    record Problem(String text, boolean fatal) {}

    @Activate
    public GenerationRegistry(
            BundleContext context, @Reference ServiceComponentRuntime components, @Reference HttpSettings settings)
            throws InvalidSyntaxException {
        this.context = context;
        this.settings = settings;
        this.completeness = new Completeness(components);
        this.builder = new GenerationBuilder(context);
        this.board = new RouteBoard(context.getBundle().getVersion().toString());
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
        worker.shutdownNow();
        List<Generation> left = new ArrayList<>(board.serving());
        left.forEach(generation -> board.withdraw(generation.bundleId(), null));
        left.forEach(this::drain);
        drains.stop();
    }

    public RouteBoard board() {
        return board;
    }

    public Completeness completeness() {
        return completeness;
    }

    /** Generations that are no longer reachable but still at work. */
    public Collection<Generation> draining() {
        return drains.running();
    }

    /** What keeps the bundle from being served, when something does. */
    public Optional<String> problem(long bundleId) {
        return Optional.ofNullable(problems.get(bundleId)).map(Problem::text);
    }

    /** The bundle's generation that is reachable now. */
    public Optional<Generation> serving(long bundleId) {
        return board.serving(bundleId);
    }

    /** From now on the bundle serves the module while it can, even when another bundle of the module is newer. */
    public void prefer(String symbolicName, long bundleId) {
        board.prefer(symbolicName, bundleId);
        Bundle bundle = context.getBundle(bundleId);
        if (bundle != null) {
            evaluateLater(bundle);
        }
    }

    /** The bundle that {@link #prefer} named last. */
    public Optional<Long> preferred(String symbolicName) {
        return board.preferred(symbolicName);
    }

    /** The newest bundle of the module serves it again. */
    public void preferNone(String symbolicName) {
        board.prefer(symbolicName, null);
        reconsiderWaiting();
    }

    /** Whether waiting for the bundle's generation is in vain. */
    public boolean isHopeless(long bundleId) {
        Problem problem = problems.get(bundleId);
        return problem != null && problem.fatal();
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
        switch (event.getType()) {
            case BundleEvent.STARTED -> evaluateLater(bundle);
            case BundleEvent.STOPPING -> withdraw(bundle);
            case BundleEvent.STOPPED, BundleEvent.UNINSTALLED -> forget(id);
            default -> {
                // the other states change nothing that is served
            }
        }
    }

    @SuppressWarnings("unchecked")
    private void appeared(ServiceReference<?> reference) {
        Bundle bundle = reference.getBundle();
        if (bundle != null) {
            services.computeIfAbsent(bundle.getBundleId(), id -> ConcurrentHashMap.newKeySet())
                    .add((ServiceReference<Object>) reference);
            evaluateLater(bundle);
        }
    }

    private void vanishing(ServiceReference<?> reference) {
        Bundle bundle = reference.getBundle();
        Set<ServiceReference<Object>> known = bundle == null ? null : services.get(bundle.getBundleId());
        if (known != null && known.remove(reference)) {
            withdraw(bundle);
            evaluateLater(bundle);
        }
    }

    private void forget(long bundleId) {
        services.remove(bundleId);
        problems.remove(bundleId);
    }

    private void withdraw(Bundle bundle) {
        boolean returns = bundle.getState() == Bundle.ACTIVE || hasSibling(bundle);
        Long until = returns ? System.nanoTime() + settings.current().holdTime().toNanos() : null;
        Optional<Generation> gone = board.withdraw(bundle.getBundleId(), until);
        served.remove(bundle.getBundleId());
        if (!returns) {
            board.release(bundle.getSymbolicName());
        }
        gone.ifPresent(this::drain);
        if (gone.isPresent() || !returns) {
            reconsiderWaiting();
        }
        // what a newer bundle has replaced drains on a thread of its own, and needs the bundle's objects until then
        drains.await(bundle.getBundleId(), drainTime());
    }

    private boolean hasSibling(Bundle bundle) {
        return services.keySet().stream()
                .filter(id -> id != bundle.getBundleId())
                .map(context::getBundle)
                .anyMatch(other -> other != null
                        && other.getState() == Bundle.ACTIVE
                        && other.getSymbolicName().equals(bundle.getSymbolicName()));
    }

    private void reconsiderWaiting() {
        problems.keySet().stream()
                .map(context::getBundle)
                .filter(java.util.Objects::nonNull)
                .forEach(bundle -> evaluateLater(bundle));
    }

    private void evaluateLater(Bundle bundle) {
        try {
            worker.execute(() -> evaluate(bundle));
        } catch (RejectedExecutionException e) {
            LOG.debug("Stopping: {} is not looked at any more", bundle);
        }
    }

    private void evaluate(Bundle bundle) {
        try {
            doEvaluate(bundle);
        } catch (RuntimeException e) {
            LOG.error("The routes of {} could not be brought up to date", bundle, e);
        }
    }

    private void doEvaluate(Bundle bundle) {
        long id = bundle.getBundleId();
        Set<ServiceReference<Object>> known = services.get(id);
        if (bundle.getState() != Bundle.ACTIVE || known == null || known.isEmpty()) {
            if (bundle.getState() == Bundle.ACTIVE && completeness.declaresResources(bundle)) {
                waiting(bundle, completeness.missingResources(bundle, List.of()));
            }
            return;
        }
        Set<ServiceReference<Object>> wanted = Set.copyOf(known);
        if (wanted.equals(served.get(id)) && board.serving(id).isPresent()) {
            return;
        }
        List<String> missing = completeness.missingResources(bundle, wanted);
        if (!missing.isEmpty()) {
            waiting(bundle, missing);
            return;
        }
        Optional<RouteBoard.Superseded> superseded = board.supersededBy(bundle.getSymbolicName(), id);
        if (superseded.isPresent()) {
            problems.put(id, new Problem(superseded.get().problem(), true));
            return;
        }
        build(bundle, wanted);
    }

    private void waiting(Bundle bundle, List<String> missing) {
        problems.put(bundle.getBundleId(), new Problem(String.join("; ", missing), false));
        recheck(bundle);
    }

    /** One recheck for each bundle, however often it was looked at in between. */
    private void recheck(Bundle bundle) {
        if (!rechecks.add(bundle.getBundleId())) {
            return;
        }
        try {
            worker.schedule(
                    () -> {
                        rechecks.remove(bundle.getBundleId());
                        evaluate(bundle);
                    },
                    RECHECK_MILLIS,
                    TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("Stopping: {} is not looked at any more", bundle);
        }
    }

    private void build(Bundle bundle, Set<ServiceReference<Object>> wanted) {
        long id = bundle.getBundleId();
        Generation generation;
        try {
            generation = builder.build(bundle, wanted, settings.current().jsonLimits());
        } catch (GenerationException e) {
            if (wanted.equals(services.get(id))) {
                refused(bundle, new Problem(e.getMessage(), true), e.getCause());
            }
            return;
        }
        RouteBoard.Offer offer = board.offer(
                generation,
                () -> bundle.getState() == Bundle.ACTIVE && wanted.equals(services.get(id)),
                drains::announce);
        if (offer instanceof RouteBoard.Accepted accepted) {
            served.put(id, wanted);
            problems.remove(id);
            LOG.info(
                    "Generation {} of {} {} serves {} routes",
                    generation.number(),
                    generation.symbolicName(),
                    generation.version(),
                    generation.routes().size());
            accepted.replaced().forEach(this::retire);
            if (!accepted.replaced().isEmpty()) {
                reconsiderWaiting(); // a route the replaced one had may be free now
            }
        } else if (offer instanceof RouteBoard.Superseded superseded) {
            generation.close();
            problems.put(id, new Problem(superseded.problem(), true));
        } else if (offer instanceof RouteBoard.Refused refused) {
            generation.close();
            refused(bundle, new Problem(refused.problem(), true), null);
        } else {
            generation.close();
            evaluateLater(bundle);
        }
    }

    /** @param unforeseen what was not foreseen, or null */
    private void refused(Bundle bundle, Problem problem, Throwable unforeseen) {
        Problem before = problems.put(bundle.getBundleId(), problem);
        if (!problem.equals(before)) {
            LOG.warn(
                    "{} {} is not served: {}",
                    bundle.getSymbolicName(),
                    bundle.getVersion(),
                    problem.text(),
                    unforeseen);
        }
    }

    private void retire(Generation replaced) {
        served.remove(replaced.bundleId());
        Bundle bundle = context.getBundle(replaced.bundleId());
        if (bundle != null && board.serving(replaced.bundleId()).isEmpty()) {
            problems.put(replaced.bundleId(), new Problem("Superseded by a newer bundle", true));
        }
        drains.later(replaced, settings.current().drainTime());
    }

    private void drain(Generation generation) {
        drains.drain(generation, drainTime());
    }

    private Duration drainTime() {
        boolean stopping = context.getBundle(Constants.SYSTEM_BUNDLE_ID).getState() == Bundle.STOPPING;
        return stopping ? SHUTDOWN_DRAIN : settings.current().drainTime();
    }
}
