package org.platformforge.kernel.api.security;

import java.util.Map;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;
import org.platformforge.kernel.api.Caller;

/** The roles as they are configured. Thread-safe. */
@ProviderType
public interface Roles {
    /** What each role permits, by name. */
    Map<String, Set<String>> all();

    /**
     * Whether a caller may give a role to somebody, or take it away: it holds the role itself or everything that the role
     * permits. False for a role that does not exist, and for {@link Tenants#OPERATOR_ROLE} outside {@link
     * Tenants#PLATFORM}.
     */
    boolean mayGrant(Caller caller, String role);
}
