package org.platformforge.marketplace.domain;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration of the marketplace module, {@code config/org.platformforge.marketplace.cfg}. */
@ObjectClassDefinition(id = MarketplaceConfig.PID, name = "Platform Forge: marketplace")
public @interface MarketplaceConfig {
    String PID = "org.platformforge.marketplace";

    @AttributeDefinition(name = "Largest artifact, in MiB", min = "1", max = "16")
    int max_artifact_megabytes() default 16;

    @AttributeDefinition(name = "Publishers a tenant may create", min = "0")
    int max_publishers() default 5;

    @AttributeDefinition(name = "Extensions a tenant may have installed", min = "0")
    int max_installations() default 100;

    @AttributeDefinition(name = "Where extensions may run: T1 in the platform's process, T2 in processes of their own")
    String tiers() default "T1,T2";

    @AttributeDefinition(
            name = "Whether releases without a signature may run in the platform's process; for development")
    boolean unsigned_allowed() default false;

    @AttributeDefinition(
            name = "Whether releases of publishers that no operator trusts may run in the platform's process; for"
                    + " development")
    boolean untrusted_allowed() default false;

    @AttributeDefinition(
            name = "Whether installed releases are stopped when trust in their publisher is taken back, or their key is"
                    + " revoked")
    boolean withdrawn_trust_stops() default false;

    @AttributeDefinition(name = "Seconds that calls in flight get when a release is stopped", min = "0", max = "60")
    int drain_seconds() default 5;

    @AttributeDefinition(name = "Calls of a canary before it is judged", min = "1")
    int canary_min_calls() default 50;

    @AttributeDefinition(name = "Percentage points by which a canary's error rate may exceed the other's", min = "0")
    int canary_error_margin() default 5;
}
