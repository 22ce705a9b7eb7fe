package org.platformforge.kernel.extension.point;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.platformforge.kernel.api.Ids;
import org.platformforge.kernel.api.store.Sql;
import org.platformforge.kernel.api.store.Store;

/** When which job is due, and which node runs it, by the database's clock. Thread-safe. */
public final class JobTable {
    private static final int BATCH = 100;
    private static final int ERROR = 500;
    private static final String ROW = " WHERE tenant_id = ? AND extension_id = ? AND name = ?";

    record Due(String tenantId, String extensionId, String name) {}

    private final Store store;
    private final String node = Ids.next("node_");

    public JobTable(Store store) {
        this.store = store;
    }

    /** Makes these the jobs of the extension in the tenant; one that is new is due at once. */
    void set(String tenantId, String extensionId, Set<String> names) {
        store.run(tenantId, tx -> {
            Set<String> there = new HashSet<>(Sql.list(
                    tx.connection(),
                    "SELECT name FROM ext_job WHERE tenant_id = ? AND extension_id = ?",
                    row -> row.getString("name"),
                    tenantId,
                    extensionId));
            for (String name : there) {
                if (!names.contains(name)) {
                    Sql.update(tx.connection(), "DELETE FROM ext_job" + ROW, tenantId, extensionId, name);
                }
            }
            for (String name : names) {
                if (!there.contains(name)) {
                    Sql.insertIfAbsent(
                            tx.connection(),
                            "postgresql".equals(store.databaseKind()),
                            "INSERT INTO ext_job (tenant_id, extension_id, name, next_at, failures) VALUES (?,?,?,?,0)",
                            tenantId,
                            extensionId,
                            name,
                            tx.now());
                }
            }
        });
    }

    List<Due> due() {
        return store.call(
                Store.ALL_TENANTS,
                tx -> Sql.list(
                        tx.connection(),
                        "SELECT tenant_id, extension_id, name FROM ext_job WHERE next_at <= ?"
                                + " AND (lease_until IS NULL OR lease_until < ?) ORDER BY next_at FETCH FIRST " + BATCH
                                + " ROWS ONLY",
                        row -> new Due(
                                row.getString("tenant_id"), row.getString("extension_id"), row.getString("name")),
                        tx.now(),
                        tx.now()));
    }

    /** The run counts from now on: one that is cut off is not repeated before its next time. */
    boolean claim(Due due, Duration lease, Duration interval) {
        return store.call(
                due.tenantId(),
                tx -> Sql.update(
                                tx.connection(),
                                "UPDATE ext_job SET owner = ?, lease_until = ?, next_at = ?" + ROW
                                        + " AND next_at <= ? AND (lease_until IS NULL OR lease_until < ?)",
                                node,
                                tx.now().plus(lease),
                                tx.now().plus(interval),
                                due.tenantId(),
                                due.extensionId(),
                                due.name(),
                                tx.now(),
                                tx.now())
                        == 1);
    }

    /** What was claimed and could not begin is due again at once. */
    void giveBack(Due due) {
        store.run(
                due.tenantId(),
                tx -> Sql.update(
                        tx.connection(),
                        "UPDATE ext_job SET owner = NULL, lease_until = NULL, next_at = ?" + ROW + " AND owner = ?",
                        tx.now(),
                        due.tenantId(),
                        due.extensionId(),
                        due.name(),
                        node));
    }

    /** @param error null when it went well */
    void finish(Due due, Duration interval, String error) {
        String kept = error == null || error.length() <= ERROR ? error : error.substring(0, ERROR);
        store.run(
                due.tenantId(),
                tx -> Sql.update(
                        tx.connection(),
                        "UPDATE ext_job SET owner = NULL, lease_until = NULL, next_at = ?, last_error = ?, failures = "
                                + (error == null ? "0" : "failures + 1") + ROW + " AND owner = ?",
                        tx.now().plus(interval),
                        kept == null ? null : kept.replace('\0', ' '),
                        due.tenantId(),
                        due.extensionId(),
                        due.name(),
                        node));
    }
}
