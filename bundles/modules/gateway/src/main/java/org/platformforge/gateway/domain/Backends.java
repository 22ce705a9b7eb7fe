package org.platformforge.gateway.domain;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
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
 * newest of a bundle that acts is asked, or of one that is being drained, and none of a bundle that is only tried.
 * Thread-safe.
 */
@Component(service = Backends.class)
public final class Backends {
    private static final Logger LOG = LoggerFactory.getLogger(Backends.class);
    private static final Set<Driver.State> SERVING = Set.of(Driver.State.RUNNING);

    private record Candidate(Driver driver, String engine, long bundleId, long serviceId) {}

    private final Map<Long, Candidate> candidates = new ConcurrentHashMap<>();
    private final StageWatch stages = new StageWatch();

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
        candidates.remove((Long) reference.getProperty(Constants.SERVICE_ID));
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
        return first(driver -> driver.usage(resourceId));
    }

    /**
     * Whether the resource is known not to be serving: its engine says that it is not running, or no engine holds it.
     * False when there is no engine to ask.
     */
    public boolean isAway(String resourceId) {
        Optional<Driver.Observation> observation = first(driver -> driver.observe(resourceId));
        return observation.map(seen -> !SERVING.contains(seen.state())).orElseGet(() -> !acting().isEmpty());
    }

    private <T> Optional<T> first(Function<Driver, Optional<T>> question) {
        for (Candidate candidate : acting().values()) {
            try {
                Optional<T> answer = question.apply(candidate.driver());
                if (answer.isPresent()) {
                    return answer;
                }
            } catch (RuntimeException e) {
                LOG.warn("The engine {} failed to answer", candidate.engine(), e);
            }
        }
        return Optional.empty();
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
