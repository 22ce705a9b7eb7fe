package org.platformforge.catalog.domain;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration of the service catalogue, {@code config/org.platformforge.catalog.cfg}. */
@ObjectClassDefinition(id = CatalogConfig.PID, name = "Platform Forge: service catalogue")
public @interface CatalogConfig {
    String PID = "org.platformforge.catalog";

    @AttributeDefinition(name = "Which engine makes the instances in a cluster: cluster=engine")
    String[] cluster_engines() default {};

    @AttributeDefinition(name = "Seconds new instances are watched under traffic where a deployment says nothing else")
    int observe_seconds() default 5;

    @AttributeDefinition(name = "Percent of the traffic for a canary where a deployment says nothing else")
    int canary_percent() default 10;
}
