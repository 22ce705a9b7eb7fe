package org.platformforge.kernel.http.chain;

import javax.servlet.http.HttpServletRequest;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.security.Authenticator;

/**
 * Finds out who calls. A public route takes a wrong credential for none, so that a stale token does not keep its owner
 * from logging in again.
 */
final class CredentialStep implements Step {
    private final PlatformServices services;

    CredentialStep(PlatformServices services) {
        this.services = services;
    }

    @Override
    public void apply(Exchange exchange) {
        HttpServletRequest request = exchange.request();
        Authenticator.Presented presented = new Authenticator.Presented(
                request.getHeader("Authorization"),
                request.getHeader("X-API-Key"),
                exchange.requestId,
                exchange.remoteAddress,
                request.getHeader("User-Agent"));
        Authenticator authenticator = services.authenticator();
        if (exchange.route.isPublic()) {
            exchange.caller = optional(authenticator, presented, exchange);
            return;
        }
        if (authenticator == null) {
            throw PlatformServices.unavailable();
        }
        exchange.caller = authenticator.authenticate(presented, exchange.route.schemes());
        if (exchange.caller.scheme() == Caller.Scheme.NONE) {
            throw PlatformException.of(ErrorKind.UNAUTHENTICATED, "A credential is required");
        }
    }

    private static Caller optional(Authenticator authenticator, Authenticator.Presented presented, Exchange exchange) {
        boolean nothing = presented.authorization() == null && presented.apiKey() == null;
        if (nothing || authenticator == null) {
            return AnonymousCaller.of(exchange);
        }
        try {
            return authenticator.authenticate(presented, exchange.route.schemes());
        } catch (PlatformException e) {
            if (e.kind() != ErrorKind.UNAUTHENTICATED) {
                throw e;
            }
            return AnonymousCaller.of(exchange);
        }
    }
}
