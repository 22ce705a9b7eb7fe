package org.platformforge.kernel.extension.config;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Keys of {@code config/org.platformforge.kernel.extension.cfg}. */
@ObjectClassDefinition(id = ExtensionConfig.PID, name = "Platform Forge extensions")
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

    @AttributeDefinition(description = "Extensions that may run in processes of their own on this node")
    int process_count() default 32;

    @AttributeDefinition(description = "MiB of heap of an extension's process")
    int process_heap_megabytes() default 128;

    @AttributeDefinition(description = "Seconds an extension's process may take to start")
    int process_start_seconds() default 60;

    @AttributeDefinition(
            description = "Whether extensions may run in processes of their own where bubblewrap does not work")
    boolean process_without_sandbox() default false;

    @AttributeDefinition(description = "The bubblewrap program")
    String process_sandbox_program() default "bwrap";

    @AttributeDefinition(
            description =
                    "Class path of the program that runs an extension, a folder standing for the jars in it; empty"
                            + " for lib/extension-host")
    String process_host() default "";
}
