package org.platformforge.kernel.api.security;

import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.store.Transaction;

/**
 * Takes away what a person's account lets them do, everywhere: access tokens, API tokens and keys they made, streams that
 * are open, shells they are logged in to. At once on this node, within a second on the others. Thread-safe.
 */
@ProviderType
public interface AccountAccess {
    /**
     * From the commit on, no credential of the person is accepted, until {@link #restore}. Repeated calls change nothing.
     *
     * @param tx of the person's tenant, or a cross-tenant one
     */
    void suspend(Transaction tx, String tenantId, String userId);

    /** From the commit on, the person's keys are accepted again, and tokens of sessions that have not been revoked. */
    void restore(Transaction tx, String tenantId, String userId);

    /**
     * Revokes API tokens and keys the person made, for good.
     *
     * @param roles those that have one of these roles; empty for all
     * @return how many were revoked
     */
    int revokeKeys(Transaction tx, String tenantId, String userId, Set<String> roles);

    boolean isSuspended(String tenantId, String userId);

    /**
     * Runs an action when the person behind a caller is suspended, or at once when they are: for what goes on after its
     * credential was checked.
     *
     * @param action returns at once and does not throw; may run on any thread, once
     * @return takes the action back when it is closed
     */
    Watch onSuspension(Caller caller, Runnable action);

    /** An action that waits for a suspension. */
    interface Watch extends AutoCloseable {
        @Override
        void close();
    }
}
