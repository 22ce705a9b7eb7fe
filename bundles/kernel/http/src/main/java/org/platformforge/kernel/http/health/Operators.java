package org.platformforge.kernel.http.health;

import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.security.Tenants;

/** Who runs the platform: only they see its inside. */
final class Operators {
    private static final String PERMISSION = "module:read";

    private Operators() {}

    static boolean include(Caller caller) {
        return caller.tenantId().equals(Tenants.PLATFORM) && caller.isPermitted(PERMISSION);
    }
}
