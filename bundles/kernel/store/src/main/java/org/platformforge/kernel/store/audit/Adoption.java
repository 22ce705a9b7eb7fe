package org.platformforge.kernel.store.audit;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.kernel.store.json.JsonText;

/** Takes records that are older than the chain into it, oldest first, at the first start after the update. */
final class Adoption {
    private static final int AT_ONCE = 500;

    private final Store store;
    private final JsonText json;
    private final Chain chain;

    Adoption(Store store, JsonText json, Chain chain) {
        this.store = store;
        this.json = json;
        this.chain = chain;
    }

    void run() {
        for (String tenant : store.call(Store.ALL_TENANTS, Adoption::tenants)) {
            while (store.call(tenant, tx -> adopt(tx, tenant)) == AT_ONCE) {
                // until no full portion is left
            }
        }
    }

    private static List<String> tenants(Transaction tx) throws SQLException {
        List<String> tenants = new ArrayList<>();
        try (PreparedStatement select = tx.connection()
                        .prepareStatement("SELECT DISTINCT tenant_id FROM store_audit WHERE sequence IS NULL");
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                tenants.add(row.getString(1));
            }
        }
        return tenants;
    }

    private int adopt(Transaction tx, String tenant) throws SQLException {
        chain.lock(tx.connection(), tenant); // or another node would adopt the same ones
        List<Row> rows = AuditTable.unchained(tx.connection(), tenant, AT_ONCE);
        if (!rows.isEmpty()) {
            AuditTable.remove(tx.connection(), tenant, rows);
            chain.append(
                    tx.connection(), tenant, rows.stream().map(this::canonical).toList());
        }
        return rows.size();
    }

    private Row canonical(Row row) {
        return new Row(
                row.tenantId(),
                row.id(),
                row.at(),
                row.actor(),
                row.onBehalfOf(),
                row.scheme(),
                row.action(),
                row.target(),
                row.result(),
                row.requestId(),
                row.address(),
                row.userAgent(),
                json.canonical(json.read(row.details())));
    }
}
