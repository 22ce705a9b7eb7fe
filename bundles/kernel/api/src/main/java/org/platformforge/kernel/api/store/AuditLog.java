package org.platformforge.kernel.api.store;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Who did what. Records commit with the change they describe, each with a number of its tenant's without gaps and bound to
 * the one before by a keyed digest; nothing in the platform deletes one but the retention the operator sets. Read by {@link
 * AuditTrail}. Thread-safe.
 */
@ProviderType
public interface AuditLog {
    /** Writes a record of a change in the change's own transaction, at its end. */
    void append(Transaction tx, AuditRecord record);

    /** Writes a record of a refused attempt, in a transaction of its own; never throws. */
    void refused(AuditRecord record);
}
