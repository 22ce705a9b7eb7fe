package org.platformforge.kernel.security.limit;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * Keys of {@code config/org.platformforge.kernel.security.ratelimit.cfg} that are not policies. Policies stand there as
 * {@code policy.<name>}, the policies of a document as {@code dialect.<document>}; see {@link Policies}.
 */
@ObjectClassDefinition(id = RateLimitConfig.PID, name = "Platform Forge rate limits")
@interface RateLimitConfig {
    String PID = "org.platformforge.kernel.security.ratelimit";

    @AttributeDefinition(description = "Tenants whose users have the plan premium, separated by commas")
    String premium_tenants() default "";

    @AttributeDefinition(description = "Callers or addresses counted one by one in each policy, 1024 to 1048576")
    int counters_per_policy() default 57_344;
}
