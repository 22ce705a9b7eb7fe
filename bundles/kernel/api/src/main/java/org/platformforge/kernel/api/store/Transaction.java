package org.platformforge.kernel.api.store;

import java.sql.Connection;
import java.time.Instant;
import javax.persistence.EntityManager;
import org.osgi.annotation.versioning.ProviderType;

/** A running transaction of one module's persistence unit. Lives on the thread that runs the work, and not longer. */
@ProviderType
public interface Transaction {
    /** The tenant whose rows this transaction may touch; {@link Store#ALL_TENANTS} in cross-tenant work. */
    String tenantId();

    EntityManager em();

    /** The connection beneath {@link #em()}: what is written here commits with the entities. Not to be closed. */
    Connection connection();

    /** The database's clock at the start of the transaction, to the microsecond: time comes from the database. */
    Instant now();

    /** Runs after a successful commit, on the same thread; never after a rollback. */
    void afterCommit(Runnable action);
}
