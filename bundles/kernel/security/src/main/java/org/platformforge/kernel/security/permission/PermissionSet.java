package org.platformforge.kernel.security.permission;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.shiro.authz.permission.WildcardPermission;

/** Some Shiro wildcard permissions, parsed once, with their decisions remembered. Thread-safe. */
final class PermissionSet {
    /** Routes name a few dozen permissions; a caller that asks for made-up ones must not fill the memory. */
    private static final int REMEMBERED = 1_000;

    private final List<WildcardPermission> granted;
    private final Map<String, Boolean> implied = new ConcurrentHashMap<>();
    private final Map<String, Boolean> overlapping = new ConcurrentHashMap<>();

    PermissionSet(Collection<String> permissions) {
        granted = permissions.stream().map(WildcardPermission::new).toList();
    }

    /** Whether one of the permissions covers the wanted one completely. */
    boolean implies(String wanted) {
        Boolean known = implied.get(wanted);
        if (known != null) {
            return known;
        }
        WildcardPermission parsed = new WildcardPermission(wanted);
        return remember(implied, wanted, granted.stream().anyMatch(permission -> permission.implies(parsed)));
    }

    /** Whether one of the permissions covers the wanted one, or is covered by it. */
    boolean touches(String wanted) {
        Boolean known = overlapping.get(wanted);
        if (known != null) {
            return known;
        }
        WildcardPermission parsed = new WildcardPermission(wanted);
        return remember(
                overlapping,
                wanted,
                granted.stream().anyMatch(permission -> permission.implies(parsed) || parsed.implies(permission)));
    }

    private static boolean remember(Map<String, Boolean> decisions, String wanted, boolean decision) {
        if (decisions.size() < REMEMBERED) {
            decisions.put(wanted, decision);
        }
        return decision;
    }
}
