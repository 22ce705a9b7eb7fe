package org.platformforge.kernel.api.security;

import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;
import org.platformforge.kernel.api.Caller;

/** Makes callers for work that no request started. Thread-safe. */
@ProviderType
public interface Callers {
    /** The platform itself, acting in a tenant (or {@code *}); permitted everything. */
    Caller system(String tenantId);

    /**
     * The platform itself, as {@link #system}, doing what somebody else has asked it to: who has no account, such as a push
     * that a webhook tells, or whose request ended long before the work does.
     *
     * @param request whose id, address and user agent the audit records have
     * @param onBehalfOf who is named there, such as {@code github:octocat} or {@code user_…}; it gives no right and proves
     *     nothing
     */
    default Caller acting(String tenantId, Caller request, String onBehalfOf) {
        return system(tenantId);
    }

    /** A person at the Karaf shell, acting in a tenant with the given roles. */
    Caller shell(String tenantId, String subject, Set<String> roles);

    /**
     * The caller of a request that has just proved who it is (login, registration, refresh): the request's id, address
     * and user agent with the user's tenant and roles. For audit records; not a credential.
     */
    Caller authenticated(Caller request, String tenantId, String userId, Set<String> roles);
}
