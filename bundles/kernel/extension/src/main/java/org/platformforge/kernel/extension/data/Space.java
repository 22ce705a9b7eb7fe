package org.platformforge.kernel.extension.data;

import java.sql.SQLException;
import java.util.function.Supplier;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.store.Sql;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.kernel.extension.call.PlatformThreads;
import org.platformforge.kernel.extension.config.ExtensionSettings;
import org.platformforge.kernel.extension.wire.JsonValues;

/**
 * What one extension has in one tenant. All its tables start with the two: no statement is made without them, and
 * PostgreSQL's row-level security repeats the first. Thread-safe.
 */
public final class Space {
    private static final String TAKEN =
            "SELECT entries, bytes, last_position FROM ext_usage" + " WHERE tenant_id = ? AND extension_id = ?";

    private final Store store;
    private final PlatformThreads threads;
    private final Supplier<ExtensionSettings.Current> settings;
    private final Runnable check;
    private final JsonValues json;
    final String tenantId;
    final String extensionId;

    /** @param check throws when this thread may not use the space (any more) */
    public Space(
            Store store,
            PlatformThreads threads,
            Supplier<ExtensionSettings.Current> settings,
            JsonValues json,
            String tenantId,
            String extensionId,
            Runnable check) {
        this.store = store;
        this.threads = threads;
        this.settings = settings;
        this.json = json;
        this.tenantId = tenantId;
        this.extensionId = extensionId;
        this.check = check;
    }

    JsonValues json() {
        return json;
    }

    boolean postgresql() {
        return "postgresql".equals(store.databaseKind());
    }

    /** In one transaction of the tenant. */
    <T> T call(Store.Work<T> work) {
        check.run();
        return threads.call(() -> store.call(tenantId, work));
    }

    /**
     * Locks the space for this transaction.
     *
     * @return the position of the last document
     */
    long lock(Transaction tx) throws SQLException {
        int locked = touch(tx);
        if (locked == 0) {
            Sql.insertIfAbsent(
                    tx.connection(),
                    postgresql(),
                    "INSERT INTO ext_usage (tenant_id, extension_id, entries, bytes, last_position) VALUES (?,?,0,0,0)",
                    tenantId,
                    extensionId);
            touch(tx);
        }
        return Sql.first(tx.connection(), TAKEN, row -> row.getLong("last_position"), tenantId, extensionId)
                .orElseThrow();
    }

    private int touch(Transaction tx) throws SQLException {
        return Sql.update(
                tx.connection(),
                "UPDATE ext_usage SET entries = entries WHERE tenant_id = ? AND extension_id = ?",
                tenantId,
                extensionId);
    }

    /**
     * Takes or gives back room; after {@link #lock}.
     *
     * @throws PlatformException {@code UNPROCESSABLE} when there is not so much
     */
    void use(Transaction tx, int entries, long bytes, long lastPosition) throws SQLException {
        Sql.update(
                tx.connection(),
                "UPDATE ext_usage SET entries = entries + ?, bytes = bytes + ?, last_position = ?"
                        + " WHERE tenant_id = ? AND extension_id = ?",
                entries,
                bytes,
                lastPosition,
                tenantId,
                extensionId);
        if (entries <= 0 && bytes <= 0) {
            return;
        }
        ExtensionSettings.Current limits = settings.get();
        boolean within = Sql.first(
                        tx.connection(),
                        TAKEN,
                        row -> row.getLong("entries") <= limits.storageEntries()
                                && row.getLong("bytes") <= limits.storageBytes(),
                        tenantId,
                        extensionId)
                .orElse(true);
        if (!within) {
            throw PlatformException.of(
                            ErrorKind.UNPROCESSABLE,
                            "The extension " + extensionId + " may store " + limits.storageEntries() + " entries with "
                                    + limits.storageBytes() + " bytes in a tenant, and has used them up")
                    .withCode("QUOTA_EXCEEDED");
        }
    }
}
