package org.platformforge.kernel.security.permission;

import java.util.Map;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.security.Roles;
import org.platformforge.kernel.api.security.Tenants;
import org.platformforge.kernel.security.caller.RequestCaller;
import org.platformforge.kernel.security.config.SecuritySettings;

/** {@link Roles} of the configuration in force. */
@Component
public final class ConfiguredRoles implements Roles {
    private final SecuritySettings settings;

    @Activate
    public ConfiguredRoles(@Reference SecuritySettings settings) {
        this.settings = settings;
    }

    @Override
    public Map<String, Set<String>> all() {
        return settings.current().roles();
    }

    @Override
    public boolean mayGrant(Caller caller, String role) {
        Set<String> permissions = all().get(role);
        if (permissions == null || Tenants.OPERATOR_ROLE.equals(role) && !Tenants.PLATFORM.equals(caller.tenantId())) {
            return false;
        }
        return caller.roles().contains(role)
                || !Tenants.OPERATOR_ROLE.equals(role)
                        && permissions.stream().allMatch(RequestCaller.grantOf(caller)::covers);
    }
}
