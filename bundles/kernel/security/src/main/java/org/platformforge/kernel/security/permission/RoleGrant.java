package org.platformforge.kernel.security.permission;

import java.util.Set;

/** Roles narrowed by scopes. Resolved once per state of the configuration; a decision is then a few map look-ups. */
final class RoleGrant implements Grant {
    private final RolePermissions source;
    private final Set<String> roles;
    private final Set<String> scopeNames;
    private final PermissionSet scopes;
    private final boolean operator;
    private volatile Resolved resolved;

    private record Resolved(RolePermissions.Table table, PermissionSet permissions) {}

    RoleGrant(RolePermissions source, Set<String> roles, Set<String> scopes) {
        this.source = source;
        this.roles = roles;
        this.scopeNames = scopes;
        this.scopes = scopes.isEmpty() ? null : new PermissionSet(scopes);
        this.operator = roles.contains(RolePermissions.OPERATOR);
    }

    @Override
    public boolean permits(String permission) {
        Resolved current = resolve();
        return grants(current, permission)
                && (operator || !current.table().operatorOnly().touches(permission));
    }

    @Override
    public boolean covers(String permission) {
        Resolved current = resolve();
        return grants(current, permission)
                && (operator || !current.table().operatorOnly().implies(permission));
    }

    @Override
    public Set<String> scopes() {
        return scopeNames;
    }

    private boolean grants(Resolved current, String permission) {
        return current.permissions().implies(permission) && (scopes == null || scopes.implies(permission));
    }

    private Resolved resolve() {
        Resolved current = resolved;
        RolePermissions.Table table = source.table();
        if (current == null || current.table() != table) {
            current = new Resolved(table, table.permissions(roles));
            resolved = current;
        }
        return current;
    }
}
