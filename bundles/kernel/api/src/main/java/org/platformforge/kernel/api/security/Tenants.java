package org.platformforge.kernel.api.security;

import java.time.Instant;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.store.Transaction;

/** The tenants of this platform. Thread-safe. */
@ProviderType
public interface Tenants {
    /** The operators' own tenant; there from the first start on. */
    String PLATFORM = "platform";

    /** The role of those who run the platform; it counts in the tenant {@link #PLATFORM} only. */
    String OPERATOR_ROLE = "operator";

    /** @param id {@code ten_…}, or {@link #PLATFORM} */
    record Tenant(String id, String name, Instant createdAt) {}

    /**
     * Creates a tenant in the given transaction, which must be a cross-tenant one.
     *
     * @param actor who is named by the audit record, which is the new tenant's first
     */
    Tenant create(Transaction tx, Caller actor, String name);

    /** As the other, in a transaction of its own. */
    Tenant create(Caller actor, String name);

    Optional<Tenant> find(String id);

    Page<Tenant> list(PageRequest page);
}
