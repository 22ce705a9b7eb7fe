package org.platformforge.delivery.domain;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.platformforge.kernel.api.delivery.Resources;
import org.platformforge.kernel.api.delivery.Resources.Seen;
import org.platformforge.kernel.api.jobs.OperationException;

/**
 * Looks at instances under traffic, one round after the other. One that is gone or was started again has failed at once; one
 * that does not answer may be busy for a moment, and has failed after {@link #FAILURE_THRESHOLD} bad rounds on end. For one
 * thread, for one step.
 */
final class Looks {
    /** As the probes of Kubernetes have it unless they say otherwise. */
    static final int FAILURE_THRESHOLD = 3;

    private int bad;

    /**
     * Looks at each of them once.
     *
     * @return whether all are well; when not, look again
     * @throws OperationException {@code RELEASE_UNHEALTHY} when one has failed; {@code ENGINE_MISSING}, transient, while nobody can
     *     say
     */
    boolean allWell(Resources resources, String tenantId, List<String> ids) throws OperationException {
        for (String id : ids) {
            Optional<Seen> seen = resources.find(tenantId, id);
            if (seen.isPresent() && "unknown".equals(seen.get().state())) {
                throw OperationException.transientFailure(
                        "ENGINE_MISSING", seen.get().detail(), Duration.ZERO, null); // its engine is being swapped
            }
            if (seen.isEmpty() || startedAgain(seen.get())) {
                throw unhealthy(seen, id);
            }
            if (!seen.get().running()) {
                bad++;
                if (bad >= FAILURE_THRESHOLD) {
                    throw unhealthy(seen, id);
                }
                return false;
            }
        }
        bad = 0;
        return true;
    }

    private static boolean startedAgain(Seen seen) {
        return !"0".equals(seen.facts().getOrDefault("restarts", "0"));
    }

    private static OperationException unhealthy(Optional<Seen> seen, String id) {
        return OperationException.fatal(
                "RELEASE_UNHEALTHY",
                "The instance " + id + " did not stay up under traffic: "
                        + seen.map(found -> found.state() + (found.detail().isEmpty() ? "" : ", " + found.detail()))
                                .orElse("it is gone"),
                null);
    }
}
