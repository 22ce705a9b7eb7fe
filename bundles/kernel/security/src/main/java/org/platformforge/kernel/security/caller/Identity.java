package org.platformforge.kernel.security.caller;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.security.Tenants;
import org.platformforge.kernel.security.permission.Grant;
import org.platformforge.kernel.security.permission.RolePermissions;

/**
 * The part of a caller that its credential decides; made once per credential and shared by its requests.
 *
 * @param grant what it permits
 * @param authenticatedAt when the person last proved who they are; empty where none stands behind it
 */
public record Identity(
        Caller.Scheme scheme,
        String tenantId,
        String subject,
        Optional<String> onBehalfOf,
        Set<String> roles,
        Optional<String> sessionId,
        Optional<String> plan,
        Grant grant,
        Optional<Instant> authenticatedAt) {

    public static final Identity ANONYMOUS = new Identity(
            Caller.Scheme.NONE,
            "",
            "anonymous",
            Optional.empty(),
            Set.of(),
            Optional.empty(),
            Optional.empty(),
            Grant.NONE);

    public Identity(
            Caller.Scheme scheme,
            String tenantId,
            String subject,
            Optional<String> onBehalfOf,
            Set<String> roles,
            Optional<String> sessionId,
            Optional<String> plan,
            Grant grant) {
        this(scheme, tenantId, subject, onBehalfOf, roles, sessionId, plan, grant, Optional.empty());
    }

    public Identity {
        roles = Set.copyOf(roles);
    }

    /** The roles as they count in a tenant: operators are operators in the platform's own tenant only. */
    public static Set<String> effectiveRoles(String tenantId, Set<String> roles) {
        if (!roles.contains(RolePermissions.OPERATOR) || Tenants.PLATFORM.equals(tenantId)) {
            return Set.copyOf(roles);
        }
        return roles.stream()
                .filter(role -> !RolePermissions.OPERATOR.equals(role))
                .collect(Collectors.toUnmodifiableSet());
    }
}
