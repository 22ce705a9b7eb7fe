package org.platformforge.delivery.domain;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration of releases, {@code config/org.platformforge.delivery.cfg}. */
@ObjectClassDefinition(id = DeliveryConfig.PID, name = "Platform Forge: delivery")
public @interface DeliveryConfig {
    String PID = "org.platformforge.delivery";

    @AttributeDefinition(
            name =
                    "Releases of a service in an environment, the newest that have served, whose artifacts are kept for a"
                            + " rollback",
            min = "1")
    int releases_kept() default 10;
}
