package org.platformforge.infrastructure.logs;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration of logs that can be asked, {@code config/org.platformforge.infrastructure.logs.cfg}. */
@ObjectClassDefinition(id = LogConfig.PID, name = "Platform Forge: logs")
public @interface LogConfig {
    String PID = "org.platformforge.infrastructure.logs";

    @AttributeDefinition(description = "Where they are kept; empty: logs in the data folder")
    String folder() default "";

    @AttributeDefinition(description = "MB that the platform's log may take, with its index")
    int platform_max_mb() default 1024;

    @AttributeDefinition(description = "MB that the logs of a tenant's applications may take, with their index")
    int tenant_max_mb() default 256;

    @AttributeDefinition(description = "Days lines are kept")
    int keep_days() default 30;

    @AttributeDefinition(description = "Types of resources whose logs are collected, separated by commas")
    String types() default "application, worker";

    @AttributeDefinition(description = "Log streams that may be open at once, of a tenant half of them")
    int streams() default 32;

    @AttributeDefinition(description = "Seconds after which a stream ends and its client connects again")
    int stream_seconds() default 3600;
}
