package org.platformforge.kernel.store.component;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration of the audit log; {@code config/org.platformforge.kernel.store.audit.cfg} explains each key. */
@ObjectClassDefinition(id = AuditConfig.PID, name = "Platform Forge audit log")
@interface AuditConfig {
    String PID = "org.platformforge.kernel.store.audit";

    @AttributeDefinition(description = "Days records are kept; 0 for ever")
    int retention_days() default 0;

    @AttributeDefinition(description = "How often chains that have gone on are verified and signed, in seconds")
    int checkpoint_seconds() default 300;

    @AttributeDefinition(description = "Folder of checkpoints.jsonl; empty for audit in the data folder")
    String folder() default "";

    @AttributeDefinition(
            description = "udp://host:514, tcp://host:601 or tls://host:6514; empty: records are not pushed")
    String syslog_target() default "";

    @AttributeDefinition(description = "What the messages say they come from; empty for the machine's name")
    String syslog_hostname() default "";

    @AttributeDefinition(
            description = "PEM file of the certificates a tls receiver's leads to; empty for those the JVM trusts")
    String syslog_certificates() default "";
}
