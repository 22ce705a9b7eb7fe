package org.platformforge.kernel.api.delivery;

import java.util.Collection;
import java.util.Map;
import org.osgi.annotation.versioning.ProviderType;

/** How the applications behind the gateway answer, counted since each of them got its first request. Thread-safe. */
@ProviderType
public interface AnswerCounts {
    /**
     * @param requests that an application was asked
     * @param errors those of them with a status of 500 or above, or with no answer at all
     */
    record Count(long requests, long errors) {
        public static final Count NONE = new Count(0, 0);

        public Count plus(Count other) {
            return new Count(requests + other.requests, errors + other.errors);
        }

        /** What came since an earlier count; never below nothing. */
        public Count since(Count earlier) {
            return new Count(Math.max(0, requests - earlier.requests), Math.max(0, errors - earlier.errors));
        }

        /** In percent of the requests, 0 without any. */
        public double errorRate() {
            return requests == 0 ? 0 : 100.0 * errors / requests;
        }
    }

    /**
     * Durable: a later count is never less, also when the platform was killed in between. Of other nodes, and of a version of
     * the gateway that is being replaced, the last few seconds may be missing.
     *
     * @param backends resources behind routes
     * @return by resource; one that was asked nothing is {@link Count#NONE}
     * @throws org.platformforge.kernel.api.PlatformException {@code UNAVAILABLE}
     */
    Map<String, Count> of(String tenantId, Collection<String> backends);
}
