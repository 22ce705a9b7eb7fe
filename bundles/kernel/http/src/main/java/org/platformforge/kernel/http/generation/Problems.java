package org.platformforge.kernel.http.generation;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.Bundle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What keeps bundles from being served. Thread-safe. */
final class Problems {
    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

    private final Map<Long, Problem> problems = new ConcurrentHashMap<>();

    /** @param fatal whether waiting cannot help */
    private record Problem(String text, boolean fatal) {}

    /** The bundle waits for what may come. */
    void waits(long bundleId, List<String> missing) {
        problems.put(
                bundleId,
                new Problem(
                        missing.isEmpty() ? "Its components are about to start" : String.join("; ", missing), false));
    }

    /** Another bundle of the module serves, which is as it should be. */
    void superseded(long bundleId, String text) {
        problems.put(bundleId, new Problem(text, true));
    }

    /**
     * The bundle is not fit to be served; told once.
     *
     * @param unforeseen what was not foreseen, or null
     */
    void refused(Bundle bundle, String text, Throwable unforeseen) {
        Problem problem = new Problem(text, true);
        if (!problem.equals(problems.put(bundle.getBundleId(), problem))) {
            LOG.warn("{} {} is not served: {}", bundle.getSymbolicName(), bundle.getVersion(), text, unforeseen);
        }
    }

    void clear(long bundleId) {
        problems.remove(bundleId);
    }

    Optional<String> text(long bundleId) {
        return Optional.ofNullable(problems.get(bundleId)).map(Problem::text);
    }

    boolean isFatal(long bundleId) {
        Problem problem = problems.get(bundleId);
        return problem != null && problem.fatal();
    }

    List<Long> bundles() {
        return List.copyOf(problems.keySet());
    }
}
