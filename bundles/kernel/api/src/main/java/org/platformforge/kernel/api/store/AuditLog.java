package org.platformforge.kernel.api.store;

import org.osgi.annotation.versioning.ProviderType;

/** Who did what. Records commit with the change they describe; nothing in the platform deletes one. Thread-safe. */
@ProviderType
public interface AuditLog {
    /** Writes a record of a change in the change's own transaction. */
    void append(Transaction tx, AuditRecord record);

    /** Writes a record of a refused attempt, in a transaction of its own; never throws. */
    void refused(AuditRecord record);
}
