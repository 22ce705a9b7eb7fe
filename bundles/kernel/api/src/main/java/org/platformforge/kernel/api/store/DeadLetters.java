package org.platformforge.kernel.api.store;

import java.time.Instant;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;
import org.platformforge.kernel.api.Caller;

/**
 * Events that listeners were given up on after too many failures. They wait for an operator for as long as it takes and
 * keep nothing else from being delivered. Thread-safe.
 */
@ProviderType
public interface DeadLetters {
    /** At most so many are told at once. */
    int MOST = 1000;

    /**
     * An event one listener was given up on.
     *
     * @param event its time of creation is {@code givenUpAt} where it was not kept yet
     * @param failures how often the listener failed on it, all tries together
     * @param error what it failed with last
     * @param retryRequestedAt since when it waits to be delivered once more; null when it does not
     */
    record DeadLetter(
            String listener, Event event, int failures, String error, Instant givenUpAt, Instant retryRequestedAt) {}

    /** Which of them; null stands for any. */
    record Selection(String tenantId, String listener, String eventId) {
        public static final Selection ALL = new Selection(null, null, null);
    }

    /**
     * The newest first.
     *
     * @param limit how many, 1 to {@link #MOST}; what is beyond is clamped
     */
    List<DeadLetter> list(Selection selection, int limit);

    /**
     * Has the events delivered to their listeners once more, as soon as these are there: in their order, but behind what
     * the listeners were given meanwhile. What fails again is a dead letter again. In the audit log as {@code
     * event.retry}, one record for each.
     *
     * @param actor who does it; permissions are the caller's to check
     * @return how many; those that wait for it already are not counted
     * @throws org.platformforge.kernel.api.PlatformException {@code NOT_FOUND} when there is none
     */
    int retry(Caller actor, Selection selection);

    /**
     * Forgets the events, which their listeners never get then. In the audit log as {@code event.discard}, one record for
     * each.
     *
     * @param actor who does it; permissions are the caller's to check
     * @return how many
     * @throws org.platformforge.kernel.api.PlatformException {@code NOT_FOUND} when there is none
     */
    int discard(Caller actor, Selection selection);
}
