package org.platformforge.kernel.http.chain;

import org.platformforge.kernel.api.http.Endpoint;

/** Asks whether the caller may do what the route does. */
final class PermissionStep implements Step {
    @Override
    public void apply(Exchange exchange) {
        String permission = exchange.route.permission();
        if (!exchange.route.isPublic() && !permission.equals(Endpoint.ANY_CALLER)) {
            exchange.caller.require(permission);
        }
    }
}
