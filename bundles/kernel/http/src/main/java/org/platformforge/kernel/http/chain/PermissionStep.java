package org.platformforge.kernel.http.chain;

import java.time.Duration;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.http.Endpoint;
import org.platformforge.kernel.api.security.Tenants;

/** Asks whether the caller may do what the route does, and reaches as far as the route. */
final class PermissionStep implements Step {
    @Override
    public void apply(Exchange exchange) {
        String permission = exchange.route.permission();
        if (exchange.route.isPlatformWide() && !isOperator(exchange.caller)) {
            throw PlatformException.of(ErrorKind.FORBIDDEN, "Only operators of the platform may do this")
                    .withDetail("permission", permission);
        }
        if (!exchange.route.isPublic() && !permission.equals(Endpoint.ANY_CALLER)) {
            exchange.caller.require(permission);
        }
        Duration recently = exchange.settings().stepUpTime();
        if (exchange.route.stepUp() && isSession(exchange.caller) && !exchange.caller.authenticatedWithin(recently)) {
            throw PlatformException.of(
                            ErrorKind.STEP_UP_REQUIRED,
                            "Confirm who you are with POST /api/v1/auth/reauthenticate, then repeat this with the new access"
                                    + " token")
                    .withDetail("max_age", recently.toSeconds());
        }
    }

    /** A key has no person behind it who could sign in; what it may do was decided when it was made. */
    private static boolean isSession(Caller caller) {
        return caller.scheme() != Caller.Scheme.API_KEY && caller.scheme() != Caller.Scheme.API_TOKEN;
    }

    /** An operator's role counts in the platform's own tenant only. */
    private static boolean isOperator(Caller caller) {
        return caller.tenantId().equals(Tenants.PLATFORM) && caller.roles().contains(Tenants.OPERATOR_ROLE);
    }
}
