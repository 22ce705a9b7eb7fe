package org.platformforge.marketplace.domain;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.Designate;
import org.platformforge.extension.verifier.ExtensionVerifier;
import org.platformforge.kernel.api.extension.ExtensionRelease.Tier;

/**
 * The settings in force. A component of its own, so that a change of the configuration takes effect at once and
 * restarts nothing. Thread-safe.
 */
@Component(service = MarketplaceSettings.class, configurationPid = MarketplaceConfig.PID)
@Designate(ocd = MarketplaceConfig.class)
public final class MarketplaceSettings {
    private volatile MarketplaceConfig config;

    @Activate
    public MarketplaceSettings(MarketplaceConfig config) {
        this.config = config;
    }

    @Modified
    void modified(MarketplaceConfig changed) {
        config = changed;
    }

    /** In bytes; never more than can be checked and started. */
    public long maxArtifact() {
        return Math.min(ExtensionVerifier.MAX_ARTIFACT, Math.max(1, config.max_artifact_megabytes()) * 1024L * 1024);
    }

    public int maxPublishers() {
        return Math.max(0, config.max_publishers());
    }

    public int maxInstallations() {
        return Math.max(0, config.max_installations());
    }

    /** Where extensions may run; what is no tier counts for nothing. */
    public Set<Tier> tiers() {
        List<String> named = List.of(config.tiers().toUpperCase(Locale.ROOT).split("[,\\s]+"));
        return Arrays.stream(Tier.values())
                .filter(tier -> named.contains(tier.name()))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Whether what is not signed may run in the platform's process. */
    public boolean unsignedAllowed() {
        return config.unsigned_allowed();
    }

    /** Whether what nobody vouches for may run in the platform's process. */
    public boolean untrustedAllowed() {
        return config.untrusted_allowed();
    }

    /** Whether what lost its publisher's trust or its key is stopped; otherwise it is only warned of. */
    public boolean withdrawnTrustStops() {
        return config.withdrawn_trust_stops();
    }

    public Duration drain() {
        return Duration.ofSeconds(Math.max(0, Math.min(60, config.drain_seconds())));
    }

    public int canaryMinCalls() {
        return Math.max(1, config.canary_min_calls());
    }

    /** In percentage points. */
    public int canaryErrorMargin() {
        return Math.max(0, config.canary_error_margin());
    }
}
