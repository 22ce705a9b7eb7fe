package org.platformforge.marketplace.store;

import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;

/** Whose rows a transaction reaches: keys do not hold the tenant, so it is compared here. */
final class Reach {
    private Reach() {}

    static boolean covers(Transaction tx, String tenantId) {
        return tx.tenantId().equals(Store.ALL_TENANTS) || tx.tenantId().equals(tenantId);
    }
}
