package org.platformforge.kernel.store.component;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration of the store; {@code config/org.platformforge.kernel.store.cfg} explains each key. */
@ObjectClassDefinition(id = StoreConfig.PID, name = "Platform Forge store")
@interface StoreConfig {
    String PID = "org.platformforge.kernel.store";

    @AttributeDefinition(
            type = AttributeType.PASSWORD,
            description = "jdbc:postgresql://… or jdbc:derby:…; empty: embedded Derby in the data folder")
    String url() default "";

    String user() default "";

    String password() default "";

    @AttributeDefinition(description = "Folder of embedded Derby; empty for derby in the data folder")
    String derby_folder() default "";

    @AttributeDefinition(description = "Derby's own log file; empty for derby.log in its folder")
    String derby_log() default "";

    @AttributeDefinition(description = "Connections at most")
    int pool_size() default 24;

    @AttributeDefinition(description = "How long a caller waits for a connection, in ms")
    long pool_wait() default 5000;

    @AttributeDefinition(description = "After which PostgreSQL ends a statement, in ms")
    long statement_timeout() default 30_000;

    @AttributeDefinition(description = "How long a statement waits for a row lock, in ms")
    long lock_timeout() default 10_000;

    @AttributeDefinition(description = "How often the database is asked whether it is there, in ms")
    long health_interval() default 3000;

    @AttributeDefinition(description = "How often a transaction is tried that loses against others")
    int retry_attempts() default 12;

    @AttributeDefinition(description = "How often events are looked for without a signal, in ms")
    long events_poll() default 1000;

    @AttributeDefinition(description = "How long a crashed node keeps its event listeners, in ms")
    long events_lease() default 15_000;

    @AttributeDefinition(description = "Pause after a listener's first failure, in ms; doubles")
    long events_retry_first() default 1000;

    @AttributeDefinition(description = "Longest pause after a listener's failures, in ms")
    long events_retry_longest() default 300_000;

    @AttributeDefinition(description = "How often an event is given to a listener that fails before it is left out")
    int events_attempts() default 20;

    @AttributeDefinition(description = "Days events are kept")
    int events_retention() default 7;

    @AttributeDefinition(description = "Records of refused attempts that may wait for the database")
    int audit_queue() default 10_000;
}
