package org.platformforge.kernel.jobs;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration of the durable operations, {@code config/org.platformforge.kernel.jobs.cfg}. */
@ObjectClassDefinition(id = JobsConfig.PID, name = "Platform Forge: durable operations")
public @interface JobsConfig {
    String PID = "org.platformforge.kernel.jobs";

    @AttributeDefinition(name = "Operations this node executes at the same time", min = "1")
    int threads() default 16;

    @AttributeDefinition(name = "Folder of this node's identity")
    String folder() default "data/jobs";

    @AttributeDefinition(name = "Longest wait until work submitted on another node is seen, in ms", min = "50")
    int poll_millis() default 500;

    @AttributeDefinition(name = "How often an executing node shows that it lives, in ms", min = "100")
    int heartbeat_millis() default 400;

    @AttributeDefinition(name = "Heartbeats missed until a node's work is taken over", min = "4")
    int heartbeat_missed() default 4;

    @AttributeDefinition(name = "Transient failures of one step in a row, after which it has failed", min = "0")
    int step_retries() default 5;

    @AttributeDefinition(name = "First wait after a transient failure, in ms; doubles with each", min = "1")
    int backoff_millis() default 1000;

    @AttributeDefinition(name = "Longest wait after a transient failure, in ms", min = "1")
    int backoff_limit_millis() default 60_000;

    @AttributeDefinition(name = "How long a module that goes away waits for its interrupted steps, in ms", min = "0")
    int swap_wait_millis() default 5000;

    @AttributeDefinition(name = "How long stopping waits for interrupted steps, in ms", min = "0")
    int stop_wait_millis() default 3000;

    @AttributeDefinition(name = "Days for which ended operations and their logs are kept", min = "1")
    int retention_days() default 30;

    @AttributeDefinition(name = "Most log lines of one operation", min = "100")
    int log_lines() default 20_000;

    @AttributeDefinition(name = "Requests of /wait that may wait at the same time", min = "1")
    int waiters() default 32;

    @AttributeDefinition(name = "Longest time a request of /wait waits, in s", min = "1")
    int wait_seconds() default 60;

    @AttributeDefinition(name = "Log streams at the same time", min = "1")
    int streams() default 32;

    @AttributeDefinition(name = "Interval of heartbeat comments in log streams, in s", min = "1")
    int stream_heartbeat_seconds() default 15;

    @AttributeDefinition(name = "Longest log stream, in s; clients connect again where they were", min = "1")
    int stream_seconds() default 3600;
}
