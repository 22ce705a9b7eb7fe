package org.platformforge.kernel.security.account;

import java.sql.SQLException;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.security.AccountAccess;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.kernel.security.key.KeyCache;

/** {@link AccountAccess} in the database. */
@Component
public final class StoredAccountAccess implements AccountAccess {
    private final Suspensions suspensions;
    private final KeyCache keys;

    @Activate
    public StoredAccountAccess(@Reference Suspensions suspensions, @Reference KeyCache keys) {
        this.suspensions = suspensions;
        this.keys = keys;
    }

    @Override
    public void suspend(Transaction tx, String tenantId, String userId) {
        suspensions.set(tx, tenantId, userId, true);
    }

    @Override
    public void restore(Transaction tx, String tenantId, String userId) {
        suspensions.set(tx, tenantId, userId, false);
    }

    @Override
    public int revokeKeys(Transaction tx, String tenantId, String userId, Set<String> roles) {
        try {
            return keys.revokeAll(tx, tenantId, userId, roles);
        } catch (SQLException e) {
            throw new IllegalStateException("API keys could not be revoked", e);
        }
    }

    @Override
    public boolean isSuspended(String tenantId, String userId) {
        return suspensions.contains(tenantId, userId);
    }

    @Override
    public Watch onSuspension(Caller caller, Runnable action) {
        return suspensions.watch(caller.tenantId(), Suspensions.person(caller), action)::run;
    }
}
