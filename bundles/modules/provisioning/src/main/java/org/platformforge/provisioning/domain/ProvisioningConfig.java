package org.platformforge.provisioning.domain;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration of the provisioning module, {@code config/org.platformforge.provisioning.cfg}. */
@ObjectClassDefinition(id = ProvisioningConfig.PID, name = "Platform Forge: provisioning")
public @interface ProvisioningConfig {
    String PID = "org.platformforge.provisioning";

    @AttributeDefinition(name = "Provisions a tenant may have running or with resources", min = "0")
    int max_live_provisions() default 50;

    @AttributeDefinition(name = "Seconds after which a removal that failed is tried again", min = "1")
    int deletion_retry_seconds() default 60;

    @AttributeDefinition(name = "Minutes between two sweeps over what engines hold", min = "1")
    int sweep_minutes() default 10;
}
