package org.platformforge.kernel.http.chain;

import javax.servlet.http.HttpServletRequest;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.security.Authenticator;
import org.platformforge.kernel.api.security.RateLimiter;

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
        if (exchange.admission.isPublic()) {
            exchange.caller = optional(authenticator, presented, exchange);
            return;
        }
        if (authenticator == null) {
            throw PlatformServices.unavailable();
        }
        requireAllowance(exchange, presented);
        exchange.caller = authenticate(authenticator, presented, exchange);
        if (exchange.caller.scheme() == Caller.Scheme.NONE) {
            throw PlatformException.of(ErrorKind.UNAUTHENTICATED, "A credential is required");
        }
    }

    private Caller optional(Authenticator authenticator, Authenticator.Presented presented, Exchange exchange) {
        RateLimiter.Decision allowance = nothing(presented) ? null : allowance(exchange);
        boolean refused = allowance != null && !allowance.allowed();
        if (nothing(presented) || authenticator == null || refused) {
            return AnonymousCaller.of(exchange);
        }
        try {
            return authenticate(authenticator, presented, exchange);
        } catch (PlatformException e) {
            if (e.kind() != ErrorKind.UNAUTHENTICATED) {
                throw e;
            }
            return AnonymousCaller.of(exchange);
        }
    }

    /** Verifying costs signatures and look-ups: who keeps presenting wrong credentials is not heard for a while. */
    private void requireAllowance(Exchange exchange, Authenticator.Presented presented) {
        RateLimiter.Decision allowance = nothing(presented) ? null : allowance(exchange);
        if (allowance != null && !allowance.allowed()) {
            exchange.rateLimit = allowance;
            throw RateLimitStep.refusal(allowance);
        }
    }

    private RateLimiter.Decision allowance(Exchange exchange) {
        RateLimiter limiter = services.rateLimiter();
        return limiter == null ? null : limiter.credentialAllowance(exchange.remoteAddress);
    }

    private Caller authenticate(Authenticator authenticator, Authenticator.Presented presented, Exchange exchange) {
        try {
            return authenticator.authenticate(presented, exchange.admission.schemes());
        } catch (PlatformException e) {
            RateLimiter limiter = services.rateLimiter();
            if (e.kind() == ErrorKind.UNAUTHENTICATED && limiter != null && !nothing(presented)) {
                limiter.credentialRefused(exchange.remoteAddress);
            }
            throw e;
        }
    }

    private static boolean nothing(Authenticator.Presented presented) {
        return presented.authorization() == null && presented.apiKey() == null;
    }
}
