package org.platformforge.provisioning.domain;

import java.time.Duration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.Designate;

/**
 * The settings in force. A component of its own, so that a change of the configuration takes effect at once and
 * restarts nothing. Thread-safe.
 */
@Component(service = ProvisioningSettings.class, configurationPid = ProvisioningConfig.PID)
@Designate(ocd = ProvisioningConfig.class)
public final class ProvisioningSettings {
    private record Values(int maxLiveProvisions, Duration deletionRetry, Duration sweepPeriod) {}

    private volatile Values values;

    @Activate
    public ProvisioningSettings(ProvisioningConfig config) {
        modified(config);
    }

    @Modified
    final void modified(ProvisioningConfig config) {
        values = new Values(
                Math.max(0, config.max_live_provisions()),
                Duration.ofSeconds(Math.max(1, config.deletion_retry_seconds())),
                Duration.ofMinutes(Math.max(1, config.sweep_minutes())));
    }

    public int maxLiveProvisions() {
        return values.maxLiveProvisions();
    }

    public Duration sweepPeriod() {
        return values.sweepPeriod();
    }

    public Duration deletionRetry() {
        return values.deletionRetry();
    }
}
