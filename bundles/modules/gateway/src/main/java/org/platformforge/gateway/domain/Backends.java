package org.platformforge.gateway.domain;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.platformforge.extension.api.driver.Driver;
import org.platformforge.kernel.api.module.Generations;
import org.platformforge.kernel.api.module.Generations.Stage;
import org.platformforge.kernel.api.module.StageWatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the engines say of the applications behind the routes. Engines come, go and are swapped; of those of one name the
 * newest of a bundle that acts is asked, or of one that is being drained, and none of a bundle that is only tried. The engine
 * that last knew a resource is asked first; one that failed to answer is left alone for a while, so that a server which
 * cannot be reached costs one request its time-out and not each of them. Thread-safe.
 */
@Component(service = Backends.class)
public final class Backends {
    private static final Logger LOG = LoggerFactory.getLogger(Backends.class);
    private static final Set<Driver.State> SERVING = Set.of(Driver.State.RUNNING);

    private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int MOST_KNOWN = 10_000;

    private record Candidate(Driver driver, String engine, long bundleId, long serviceId) {}

    /** What an engine answers; unsure when one was not asked, or did not answer. */
    private record Found<T>(Optional<T> answer, boolean sure) {}

    private final LongSupplier clock;
    private final Map<Long, Candidate> candidates = new ConcurrentHashMap<>();
    /** By service id of a driver that fails: when it may be asked again. */
    private final Map<Long, Long> resting = new ConcurrentHashMap<>();
    /** By resource: the name of the engine that knew it. */
    private final Map<String, String> holders = new ConcurrentHashMap<>();

    private final StageWatch stages = new StageWatch();

    public Backends() {
        this(System::nanoTime);
    }

    Backends(LongSupplier clock) {
        this.clock = clock;
    }

    /** Optional: while nobody decides between generations, the newest engine of a name is asked. */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindGenerations(Generations present) {
        stages.bind(present);
    }

    void unbindGenerations(Generations gone) {
        stages.unbind(gone);
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindDriver(Driver driver, ServiceReference<Driver> reference) {
        add(driver, (Long) reference.getProperty(Constants.SERVICE_BUNDLEID), (Long)
                reference.getProperty(Constants.SERVICE_ID));
    }

    void unbindDriver(Driver driver, ServiceReference<Driver> reference) {
        Long id = (Long) reference.getProperty(Constants.SERVICE_ID);
        candidates.remove(id);
        resting.remove(id);
    }

    void add(Driver driver, long bundleId, long serviceId) {
        try {
            candidates.put(serviceId, new Candidate(driver, driver.engine(), bundleId, serviceId));
        } catch (RuntimeException e) {
            LOG.error("A driver is left out because it does not tell its engine", e);
        }
    }

    /** What a resource uses now; empty when no engine measures it. */
    public Optional<Driver.Usage> usage(String resourceId) {
        return first(resourceId, driver -> driver.usage(resourceId)).answer();
    }

    /**
     * Whether the resource is known not to be serving: its engine says that it is not running, or no engine holds it.
     * False when there is no engine to ask, or when one that may hold it does not answer.
     */
    public boolean isAway(String resourceId) {
        Found<Driver.Observation> found = first(resourceId, driver -> driver.observe(resourceId));
        return found.answer()
                .map(seen -> !SERVING.contains(seen.state()))
                .orElseGet(() -> found.sure() && !acting().isEmpty());
    }

    private <T> Found<T> first(String resourceId, Function<Driver, Optional<T>> question) {
        List<Candidate> asked = new ArrayList<>(acting().values());
        String holder = holders.get(resourceId);
        asked.sort(Comparator.comparing(candidate -> !candidate.engine().equals(holder)));
        boolean sure = true;
        for (Candidate candidate : asked) {
            Optional<T> answer = Optional.empty();
            if (mayBeAsked(candidate)) {
                try {
                    answer = question.apply(candidate.driver());
                    resting.remove(candidate.serviceId());
                } catch (RuntimeException e) {
                    rest(candidate, e);
                    sure = false;
                }
            } else {
                sure = false;
            }
            if (answer.isPresent()) {
                remember(resourceId, candidate);
                return new Found<>(answer, true);
            }
        }
        return new Found<>(Optional.empty(), sure);
    }

    /** Of those that ask when the rest is over, one finds out whether the engine is back; the others go on without it. */
    private boolean mayBeAsked(Candidate candidate) {
        Long until = resting.get(candidate.serviceId());
        return until == null
                || clock.getAsLong() - until >= 0
                        && resting.replace(candidate.serviceId(), until, clock.getAsLong() + REST_NANOS);
    }

    private void rest(Candidate candidate, RuntimeException failure) {
        if (resting.put(candidate.serviceId(), clock.getAsLong() + REST_NANOS) == null) {
            LOG.warn("The engine {} does not answer; the gateway goes on without it", candidate.engine(), failure);
        } else {
            LOG.debug("The engine {} does not answer yet", candidate.engine(), failure);
        }
    }

    private void remember(String resourceId, Candidate holder) {
        if (holders.size() >= MOST_KNOWN) {
            holders.clear(); // found out again
        }
        holders.put(resourceId, holder.engine());
    }

    /** By engine, the oldest first. */
    private Map<String, Candidate> acting() {
        record Seen(Candidate candidate, Stage stage) {}
        Map<String, Candidate> acting = new LinkedHashMap<>();
        candidates.values().stream()
                .filter(candidate -> !GatewayDriver.ENGINE.equals(candidate.engine()))
                .map(candidate -> new Seen(candidate, stages.stage(candidate.bundleId())))
                .filter(seen -> seen.stage() != Stage.CANDIDATE)
                .sorted(Comparator.comparing((Seen seen) -> seen.stage() == Stage.ACTING)
                        .thenComparingLong(seen -> seen.candidate().bundleId())
                        .thenComparingLong(seen -> seen.candidate().serviceId()))
                .forEach(seen -> acting.put(seen.candidate().engine(), seen.candidate()));
        return acting;
    }
}
