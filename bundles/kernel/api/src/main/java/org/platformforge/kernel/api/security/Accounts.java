package org.platformforge.kernel.api.security;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;

/**
 * The accounts of people, for those who administer them. Implemented by the module that keeps them. Every change is recorded
 * in the audit log with its own transaction. Thread-safe.
 *
 * <p>All changes are refused with {@code FORBIDDEN} for an account that has a role the caller could not grant, and with
 * {@code CONFLICT} when they would take the tenant's last administrator, or the caller's own account, out of service.
 */
@ConsumerType
public interface Accounts {
    enum Status {
        ACTIVE,
        SUSPENDED
    }

    enum Sort {
        CREATED_AT,
        EMAIL,
        NAME
    }

    /**
     * @param id {@code user_…}
     * @param version grows with each change
     */
    record Account(
            String id,
            String tenantId,
            String email,
            String name,
            Set<String> roles,
            Status status,
            Instant createdAt,
            long version) {}

    /**
     * Which accounts, in which order; ties are broken by id.
     *
     * @param search a part of the name or e-mail address, in any case; null for all
     * @param status null for all
     * @param role null for all
     */
    record Query(String search, Status status, String role, Sort sort, boolean descending) {
        public static final Query ALL = new Query(null, null, null, Sort.CREATED_AT, false);
    }

    record NewAccount(String email, String name, String password, Set<String> roles) {
        @Override
        public String toString() {
            return "NewAccount[" + email + "]";
        }
    }

    /**
     * @param name null to leave it
     * @param roles null to leave them; whoever loses a role is logged out, and loses the keys that have it
     * @param version the change is refused with {@code PRECONDITION_FAILED} when the account has another; null for any
     */
    record Change(String name, Set<String> roles, Long version) {}

    Page<Account> list(String tenantId, Query query, PageRequest page);

    Optional<Account> find(String tenantId, String id);

    /** @throws org.platformforge.kernel.api.PlatformException {@code VALIDATION}; {@code CONFLICT} for an address in use */
    Account create(Caller caller, NewAccount account);

    /** @throws org.platformforge.kernel.api.PlatformException {@code NOT_FOUND} too, for this and the following */
    Account update(Caller caller, String id, Change change);

    /**
     * Ends the person's sessions and refuses everything of theirs at once, see {@link AccountAccess#suspend}.
     *
     * @param reason for the audit log, or null
     */
    Account suspend(Caller caller, String id, String reason);

    Account activate(Caller caller, String id);

    /** Removes the account, its sessions and its keys for good; what the person made for the tenant stays. */
    void delete(Caller caller, String id);
}
