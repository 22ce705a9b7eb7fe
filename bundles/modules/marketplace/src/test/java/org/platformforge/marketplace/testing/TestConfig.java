package org.platformforge.marketplace.testing;

import java.lang.annotation.Annotation;
import org.platformforge.marketplace.domain.MarketplaceConfig;

/** The configuration a test wants. */
public record TestConfig(
        int max_artifact_megabytes,
        int max_publishers,
        int max_installations,
        String tiers,
        boolean unsigned_allowed,
        boolean untrusted_allowed,
        boolean withdrawn_trust_stops,
        int drain_seconds,
        int canary_min_calls,
        int canary_error_margin)
        implements MarketplaceConfig {
    public static TestConfig standard() {
        return new TestConfig(1, 5, 20, "T1", false, false, false, 1, 10, 5);
    }

    public TestConfig tiers(String allowed) {
        return new TestConfig(
                max_artifact_megabytes,
                max_publishers,
                max_installations,
                allowed,
                unsigned_allowed,
                untrusted_allowed,
                withdrawn_trust_stops,
                drain_seconds,
                canary_min_calls,
                canary_error_margin);
    }

    public TestConfig withdrawnTrustStops(boolean stops) {
        return new TestConfig(
                max_artifact_megabytes,
                max_publishers,
                max_installations,
                tiers,
                unsigned_allowed,
                untrusted_allowed,
                stops,
                drain_seconds,
                canary_min_calls,
                canary_error_margin);
    }

    @Override
    public Class<? extends Annotation> annotationType() {
        return MarketplaceConfig.class;
    }
}
