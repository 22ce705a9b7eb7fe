package org.platformforge.kernel.license.rest;

import java.time.Instant;
import java.util.Map;
import java.util.SortedSet;
import org.platformforge.kernel.license.document.License;

/** What a licence that counts grants. */
public record GrantView(
        String license_id,
        String customer,
        long serial,
        SortedSet<String> feature_sets,
        Map<String, Long> limits,
        Instant not_before,
        Instant expires_at,
        Instant read_only_from) {
    public static GrantView of(License license) {
        return new GrantView(
                license.id(),
                license.customer(),
                license.serial(),
                license.featureSets(),
                license.limits(),
                license.notBefore(),
                license.expiresAt(),
                license.readOnlyFrom());
    }
}
