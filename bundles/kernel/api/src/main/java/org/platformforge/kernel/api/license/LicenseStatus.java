package org.platformforge.kernel.api.license;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;

/**
 * What a licence is worth at one moment.
 *
 * @param state see there
 * @param licenseId null without a licence that could be read
 * @param customer whom it was given to; null likewise
 * @param serial of a customer's licences the newer has the higher; 0 without one
 * @param featureSets the sets that may resolve now: those that need no licence and those of the licence, sorted
 * @param limits how many {@code tenants}, {@code users}, {@code devices}, {@code nodes} there may be; what is missing is
 *     not limited
 * @param notBefore when it begins; null without one
 * @param expiresAt when it ends; null without one
 * @param readOnlyFrom when the grace after its end is over and its sets are read only; null without one
 * @param problem why the licence counts for nothing, for an operator; empty when it counts
 * @param warnings what an operator should do something about, in sentences
 */
public record LicenseStatus(
        State state,
        String licenseId,
        String customer,
        long serial,
        SortedSet<String> featureSets,
        Map<String, Long> limits,
        Instant notBefore,
        Instant expiresAt,
        Instant readOnlyFrom,
        String problem,
        List<String> warnings) {
    /** What a licence's life knows. */
    public enum State {
        /** No licence: the sets that need none run. */
        COMMUNITY,
        VALID,
        /** It has ended, and everything goes on for a while. */
        GRACE,
        /** It has ended and its sets are read only; no data is lost. */
        EXPIRED,
        /** There is a licence file that counts for nothing; {@link #problem} says why. */
        INVALID
    }
}
