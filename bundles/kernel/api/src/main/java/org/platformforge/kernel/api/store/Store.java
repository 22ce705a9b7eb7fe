package org.platformforge.kernel.api.store;

import org.osgi.annotation.versioning.ProviderType;

/**
 * The data of one module generation. The service has bundle scope: the bundle that references it gets its own
 * EntityManagerFactory over the persistence unit in its {@code META-INF/persistence.xml} (if there is one), after the
 * migrations in its {@code META-INF/migrations/<derby|postgresql>/V001__what.sql} have run; releasing the service closes
 * the factory. Thread-safe.
 *
 * <p>Every table has {@code tenant_id} as its first column and in its primary key or a unique index; on PostgreSQL
 * row-level security repeats the tenant rule for every table of a migration.
 */
@ProviderType
public interface Store {
    /** The tenant of cross-tenant work: jobs, operators, start-up. */
    String ALL_TENANTS = "*";

    @FunctionalInterface
    interface Work<T> {
        T apply(Transaction tx) throws Exception;
    }

    @FunctionalInterface
    interface VoidWork {
        void apply(Transaction tx) throws Exception;
    }

    /**
     * Runs the work in one transaction for one tenant and commits; anything thrown rolls back. Serialisation failures
     * and deadlocks are retried, so the work must be free of side effects outside the transaction.
     *
     * @throws org.platformforge.kernel.api.PlatformException what the work threw; {@code CONFLICT} when an optimistic
     *     lock failed; {@code UNAVAILABLE} when the database cannot be reached
     */
    <T> T call(String tenantId, Work<T> work);

    default void run(String tenantId, VoidWork work) {
        call(tenantId, tx -> {
            work.apply(tx);
            return null;
        });
    }

    /** {@code derby} or {@code postgresql}, for the few places where SQL differs outside migrations. */
    String databaseKind();
}
