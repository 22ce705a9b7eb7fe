package org.platformforge.kernel.extension.config;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Keys of {@code config/org.platformforge.kernel.extension.cfg}. */
@ObjectClassDefinition(name = "Platform Forge extensions")
public @interface ExtensionConfig {
    String PID = "org.platformforge.kernel.extension";

    @AttributeDefinition(description = "Seconds a release may take to start and to have its routes built")
    int start_seconds() default 15;

    @AttributeDefinition(description = "Whether a release's code is looked at again before it is started")
    boolean screen_at_start() default true;

    @AttributeDefinition(description = "Calls into one release at once, whatever it asks for")
    int call_concurrency() default 64;

    @AttributeDefinition(description = "Milliseconds one call may take, whatever the release asks for")
    int call_millis() default 30_000;

    @AttributeDefinition(description = "MiB one call may allocate; 0 for no limit")
    int call_allocation() default 1024;

    @AttributeDefinition(description = "Documents and keys an extension may store in one tenant")
    int storage_entries() default 100_000;

    @AttributeDefinition(description = "MiB an extension may store in one tenant")
    int storage_megabytes() default 256;

    @AttributeDefinition(description = "Hosts that may have an address which is not public, separated by commas")
    String http_inside() default "";

    @AttributeDefinition(description = "Requests an extension may have under way to other hosts at once")
    int http_concurrency() default 16;
}
