package org.platformforge.kernel.security.permission;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.http.Endpoint;
import org.platformforge.kernel.api.security.Tenants;
import org.platformforge.kernel.security.config.SecuritySettings;
import org.platformforge.kernel.security.config.Settings;

/** What the configured roles permit. Follows changes of the configuration at once. Thread-safe. */
@Component(service = RolePermissions.class)
public final class RolePermissions {
    public static final String OPERATOR = Tenants.OPERATOR_ROLE;
    private static final int REMEMBERED_ROLE_SETS = 1_000;

    private final SecuritySettings settings;
    private volatile Table table;

    @Activate
    public RolePermissions(@Reference SecuritySettings settings) {
        this.settings = settings;
        this.table = new Table(settings.current());
    }

    /**
     * What a credential grants.
     *
     * @param roles names; unknown ones grant nothing
     * @param scopes permissions the roles are narrowed to; empty means not narrowed
     */
    public Grant grant(Set<String> roles, Set<String> scopes) {
        return new RoleGrant(this, Set.copyOf(roles), Set.copyOf(scopes));
    }

    /** The permissions of a role; empty when there is no such role. */
    public Optional<Set<String>> ofRole(String role) {
        return Optional.ofNullable(table().settings.roles().get(role));
    }

    /** The table of the settings in force; another object after each change. */
    Table table() {
        Table current = table;
        Settings now = settings.current();
        if (current.settings != now) {
            current = new Table(now);
            table = current;
        }
        return current;
    }

    /** Roles resolved under one state of the settings. */
    static final class Table {
        private final Settings settings;
        private final PermissionSet operatorOnly;
        private final Map<Set<String>, PermissionSet> byRoles = new ConcurrentHashMap<>();

        Table(Settings settings) {
            this.settings = settings;
            Set<String> reserved = new LinkedHashSet<>(settings.operatorOnly());
            reserved.add(Endpoint.PLATFORM_PERMISSION + '*');
            this.operatorOnly = new PermissionSet(reserved);
        }

        PermissionSet operatorOnly() {
            return operatorOnly;
        }

        PermissionSet permissions(Set<String> roles) {
            PermissionSet known = byRoles.get(roles);
            if (known != null) {
                return known;
            }
            Set<String> permissions = new LinkedHashSet<>();
            roles.forEach(role -> permissions.addAll(settings.roles().getOrDefault(role, Set.of())));
            PermissionSet resolved = new PermissionSet(permissions);
            if (byRoles.size() < REMEMBERED_ROLE_SETS) {
                byRoles.put(roles, resolved);
            }
            return resolved;
        }
    }
}
