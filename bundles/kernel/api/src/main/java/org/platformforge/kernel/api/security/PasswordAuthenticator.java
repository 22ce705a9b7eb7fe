package org.platformforge.kernel.api.security;

import java.util.Optional;
import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.PlatformException;

/** Checks e-mail and password for ways in that are not HTTP (the SSH console). Thread-safe. */
@ConsumerType
public interface PasswordAuthenticator {
    record Principal(String userId, String tenantId, String email, Set<String> roles) {}

    /**
     * Empty for any wrong pair, in the same time. Wrong ones count together with those of the HTTP API, and make the account
     * and the address wait in the same way; the record in the audit log is left to who asks.
     *
     * @param client whoever knocks: its address counts
     * @param password the caller's to clear
     * @throws PlatformException {@code RATE_LIMITED} while the account or the address has to wait, whatever the password;
     *     {@code UNAVAILABLE} while passwords cannot be checked
     */
    Optional<Principal> authenticate(Caller client, String email, char[] password);
}
