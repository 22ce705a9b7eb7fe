package org.platformforge.kernel.api.security;

import java.util.Optional;
import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;

/** Checks e-mail and password for ways in that are not HTTP (the SSH console). Thread-safe. */
@ConsumerType
public interface PasswordAuthenticator {
    record Principal(String userId, String tenantId, String email, Set<String> roles) {}

    /** Empty for any wrong pair, in the same time; the password array is the caller's to clear. */
    Optional<Principal> authenticate(String email, char[] password);
}
