package org.platformforge.kernel.http.chain;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.extension.ExtensionRouting;
import org.platformforge.kernel.api.license.Licensing;
import org.platformforge.kernel.api.security.AccountAccess;
import org.platformforge.kernel.api.security.Authenticator;
import org.platformforge.kernel.api.security.IdempotencyKeys;
import org.platformforge.kernel.api.security.RateLimiter;
import org.platformforge.kernel.api.store.AuditLog;

/**
 * What the chain needs of the other kernel bundles. Each may come and go; while one is missing, requests that need it
 * are told to come again. Thread-safe.
 */
@Component(service = PlatformServices.class)
public final class PlatformServices {
    private static final java.time.Duration COME_AGAIN = java.time.Duration.ofSeconds(2);

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile Authenticator authenticator;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile RateLimiter rateLimiter;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile IdempotencyKeys idempotencyKeys;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile AuditLog auditLog;

    /** Only streams need it, which outlive the check of their credential. */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile AccountAccess accountAccess;

    /** Of the requests, those to extensions alone need it. */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile ExtensionRouting extensions;

    /** Only bundles of feature sets need it. */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile Licensing licensing;

    @Activate
    public PlatformServices() {
        // the fields are filled by the component runtime
    }

    /** Null while it is not there. */
    Authenticator authenticator() {
        return authenticator;
    }

    /** Null while it is not there. */
    RateLimiter rateLimiter() {
        return rateLimiter;
    }

    /** Null while it is not there. */
    IdempotencyKeys idempotencyKeys() {
        return idempotencyKeys;
    }

    /** Null while it is not there. */
    AuditLog auditLog() {
        return auditLog;
    }

    /** Null while it is not there. */
    AccountAccess accountAccess() {
        return accountAccess;
    }

    /** Null while it is not there. */
    public ExtensionRouting extensions() {
        return extensions;
    }

    /** Null while it is not there. */
    Licensing licensing() {
        return licensing;
    }

    /** The names of what is missing, for the operators. */
    public java.util.List<String> missing() {
        java.util.List<String> missing = new java.util.ArrayList<>();
        if (authenticator == null) {
            missing.add("authenticator");
        }
        if (rateLimiter == null) {
            missing.add("rate-limiter");
        }
        if (idempotencyKeys == null) {
            missing.add("idempotency-keys");
        }
        if (auditLog == null) {
            missing.add("audit-log");
        }
        return missing;
    }

    static PlatformException unavailable() {
        return PlatformException.of(ErrorKind.UNAVAILABLE, "The platform is starting; try again soon")
                .withRetryAfter(COME_AGAIN);
    }
}
