package org.platformforge.kernel.api.security;

import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;
import org.platformforge.kernel.api.Caller;

/** Turns the credential of a request into a caller; the chain's only way to one. Thread-safe. */
@ProviderType
public interface Authenticator {
    /**
     * What a request brought.
     *
     * @param authorization the {@code Authorization} header, or null
     * @param apiKey the {@code X-API-Key} header, or null
     */
    record Presented(String authorization, String apiKey, String requestId, String remoteAddress, String userAgent) {}

    /**
     * @param accepted the schemes of the route
     * @return the caller; one of scheme {@code NONE} when nothing was presented
     * @throws org.platformforge.kernel.api.PlatformException {@code UNAUTHENTICATED} for a credential that is wrong,
     *     expired, revoked or of a scheme the route does not accept; the message does not say which
     */
    Caller authenticate(Presented presented, Set<Caller.Scheme> accepted);
}
