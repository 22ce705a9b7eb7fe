package org.platformforge.kernel.security.caller;

import java.util.Optional;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.Ids;
import org.platformforge.kernel.api.security.Callers;
import org.platformforge.kernel.security.permission.Grant;
import org.platformforge.kernel.security.permission.RolePermissions;

/** {@link Callers}. */
@Component
public final class CallerFactory implements Callers {
    private static final String SYSTEM = "system";

    private final RolePermissions permissions;

    @Activate
    public CallerFactory(@Reference RolePermissions permissions) {
        this.permissions = permissions;
    }

    @Override
    public Caller system(String tenantId) {
        return new RequestCaller(platform(tenantId, Optional.empty()), Ids.next("req_"), null, SYSTEM);
    }

    @Override
    public Caller acting(String tenantId, Caller request, String onBehalfOf) {
        Identity identity = platform(tenantId, Optional.of(onBehalfOf));
        return new RequestCaller(identity, request.requestId(), request.remoteAddress(), request.userAgent());
    }

    private static Identity platform(String tenantId, Optional<String> onBehalfOf) {
        return new Identity(
                Caller.Scheme.SYSTEM,
                tenantId,
                SYSTEM,
                onBehalfOf,
                Set.of(),
                Optional.empty(),
                Optional.empty(),
                Grant.ALL);
    }

    /** The console admits operators only, and they act in any tenant: the role counts in each. */
    @Override
    public Caller shell(String tenantId, String subject, Set<String> roles) {
        Identity identity = new Identity(
                Caller.Scheme.SYSTEM,
                tenantId,
                subject,
                Optional.empty(),
                roles,
                Optional.empty(),
                Optional.empty(),
                permissions.grant(roles, Set.of()));
        return new RequestCaller(identity, Ids.next("req_"), null, "shell");
    }

    @Override
    public Caller authenticated(Caller request, String tenantId, String userId, Set<String> roles) {
        Set<String> effective = Identity.effectiveRoles(tenantId, roles);
        Identity identity = new Identity(
                Caller.Scheme.JWT,
                tenantId,
                userId,
                Optional.empty(),
                effective,
                Optional.empty(),
                Optional.empty(),
                permissions.grant(effective, Set.of()));
        return new RequestCaller(identity, request.requestId(), request.remoteAddress(), request.userAgent());
    }
}
