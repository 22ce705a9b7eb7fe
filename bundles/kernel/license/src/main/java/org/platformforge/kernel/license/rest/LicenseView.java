package org.platformforge.kernel.license.rest;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import org.platformforge.kernel.api.license.LicenseStatus;

/**
 * The licence as answers and {@code --json} show it.
 *
 * @param state {@code community}, {@code valid}, {@code grace}, {@code expired} or {@code invalid}
 * @param problem why an invalid one counts for nothing; null otherwise
 */
public record LicenseView(
        String state,
        String license_id,
        String customer,
        Long serial,
        SortedSet<String> feature_sets,
        Map<String, Long> limits,
        Instant not_before,
        Instant expires_at,
        Instant read_only_from,
        String problem,
        List<String> warnings,
        String installation) {
    /** @param installation this installation's id */
    public static LicenseView of(LicenseStatus status, String installation) {
        return new LicenseView(
                status.state().name().toLowerCase(Locale.ROOT),
                status.licenseId(),
                status.customer(),
                status.serial() == 0 ? null : status.serial(),
                status.featureSets(),
                status.limits(),
                status.notBefore(),
                status.expiresAt(),
                status.readOnlyFrom(),
                status.problem().isEmpty() ? null : status.problem(),
                status.warnings(),
                installation);
    }
}
