package org.platformforge.infrastructure.resource;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration of infrastructure resources, {@code config/org.platformforge.infrastructure.resources.cfg}. */
@ObjectClassDefinition(id = ResourceConfig.PID, name = "Platform Forge: infrastructure resources")
public @interface ResourceConfig {
    String PID = "org.platformforge.infrastructure.resources";

    @AttributeDefinition(description = "Types that tenants may ask for, of those that engines make")
    String[] types() default {"application", "worker"};
}
