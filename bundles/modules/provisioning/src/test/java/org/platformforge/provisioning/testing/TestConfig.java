package org.platformforge.provisioning.testing;

import java.lang.annotation.Annotation;
import org.platformforge.provisioning.domain.ProvisioningConfig;

/** The configuration a test wants. */
public record TestConfig(int max_live_provisions, int deletion_retry_seconds, int sweep_minutes)
        implements ProvisioningConfig {
    @Override
    public Class<? extends Annotation> annotationType() {
        return ProvisioningConfig.class;
    }
}
