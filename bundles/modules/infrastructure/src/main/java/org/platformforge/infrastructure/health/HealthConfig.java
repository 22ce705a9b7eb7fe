package org.platformforge.infrastructure.health;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration of the health of the infrastructure, {@code config/org.platformforge.infrastructure.health.cfg}. */
@ObjectClassDefinition(id = HealthConfig.PID, name = "Platform Forge: infrastructure health")
public @interface HealthConfig {
    String PID = "org.platformforge.infrastructure.health";

    @AttributeDefinition(description = "How long an answer is given again, in ms")
    long cache_millis() default 2000;

    @AttributeDefinition(description = "How long a component may take to answer, in ms")
    long timeout_millis() default 2000;

    @AttributeDefinition(description = "redis://host:6379; empty: not configured")
    String redis() default "";

    @AttributeDefinition(description = "http(s)://host:9200; empty: not configured")
    String elasticsearch() default "";

    @AttributeDefinition(description = "http(s)://host/path; empty: not configured")
    String nginx() default "";

    @AttributeDefinition(description = "More components: name=redis://…, name=http(s)://…, name=tcp://host:port")
    String[] components() default {};

    @AttributeDefinition(description = "Configured components without which the whole is unhealthy")
    String[] required() default {};
}
