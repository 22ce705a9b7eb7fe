package org.platformforge.kernel.api.security;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.http.Dialect;

/** Named rate-limit policies, several evaluated together. Values are live configuration. Thread-safe. */
@ProviderType
public interface RateLimiter {
    /**
     * The tightest of the policies that were evaluated.
     *
     * @param policy its name
     * @param limit requests per window
     * @param reset when the window is fresh again
     * @param retryAfter how long to wait; zero when allowed
     */
    record Decision(
            boolean allowed,
            String policy,
            long limit,
            long remaining,
            Duration window,
            Instant reset,
            Duration retryAfter) {}

    /** A policy as configured. @param per whom it counts: {@code caller}, {@code tenant} or {@code address} */
    record Policy(String name, long limit, Duration window, String per) {}

    /**
     * Takes one request from every policy that applies, or from none when one of them is used up.
     *
     * @param policies names from the route, or empty for those of the dialect
     * @return null when no policy applies
     */
    Decision acquire(Dialect dialect, List<String> policies, Caller caller, String remoteAddress);

    /**
     * Takes one request to a route of an extension from the policy {@code extension} and from no other. It counts for each
     * extension by itself, so that what one is asked leaves the limits of the rest as they are.
     *
     * @return null when the policy is unlimited
     */
    Decision acquireExtension(String extensionId, Caller caller, String remoteAddress);

    /**
     * Whether credentials from an address may still be tried, by the policy {@code refused-credentials}. Takes nothing.
     *
     * @return null when no policy applies
     */
    Decision credentialAllowance(String remoteAddress);

    /** Takes a refused credential from the allowance of its address. */
    void credentialRefused(String remoteAddress);

    List<Policy> policies();
}
