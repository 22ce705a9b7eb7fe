package org.platformforge.kernel.license.document;

import java.time.Duration;
import java.time.Instant;
import java.util.SortedMap;
import java.util.SortedSet;

/**
 * What a vendor grants a customer.
 *
 * @param id {@code lic_…}, chosen by the vendor
 * @param serial of a customer's licences the newer has the higher; from 1
 * @param customer name of the customer
 * @param installation the only installation it counts for, as {@code license:request} prints it; null for any
 * @param issuedAt when it was signed
 * @param notBefore when it begins
 * @param expiresAt when it ends
 * @param graceDays days after its end in which everything goes on
 * @param featureSets the sets it grants, beside those that need no licence
 * @param limits how many of what there may be
 */
public record License(
        String id,
        long serial,
        String customer,
        String installation,
        Instant issuedAt,
        Instant notBefore,
        Instant expiresAt,
        int graceDays,
        SortedSet<String> featureSets,
        SortedMap<String, Long> limits) {
    /** When its sets become read only. */
    public Instant readOnlyFrom() {
        return expiresAt.plus(Duration.ofDays(graceDays));
    }
}
