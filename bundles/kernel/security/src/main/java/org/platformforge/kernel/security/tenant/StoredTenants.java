package org.platformforge.kernel.security.tenant;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.Ids;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.license.Licensing;
import org.platformforge.kernel.api.security.Tenants;
import org.platformforge.kernel.api.store.AuditLog;
import org.platformforge.kernel.api.store.AuditRecord;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.kernel.security.caller.RequestCaller;
import org.platformforge.kernel.security.db.Cursors;
import org.platformforge.kernel.security.db.Timestamps;

/** {@link Tenants} in the database. The migration itself adds the tenant {@code platform}. */
@Component
public final class StoredTenants implements Tenants {
    private static final int NAME = 100;
    private static final String SELECT = "SELECT tenant_id, name, created_at FROM sec_tenant ";

    private final Store store;
    private final AuditLog audit;
    private final Licensing licensing;

    @Activate
    public StoredTenants(@Reference Store store, @Reference AuditLog audit, @Reference Licensing licensing) {
        this.store = store;
        this.audit = audit;
        this.licensing = licensing;
    }

    @Override
    public Tenant create(Caller actor, String name) {
        return store.call(Store.ALL_TENANTS, tx -> create(tx, actor, name));
    }

    @Override
    public Tenant create(Transaction tx, Caller actor, String name) {
        Tenant tenant = new Tenant(Ids.next("ten_"), checked(name), tx.now());
        licensing.requireRoom("tenants", () -> customers(tx));
        try (PreparedStatement insert = tx.connection()
                .prepareStatement("INSERT INTO sec_tenant (tenant_id, name, created_at) VALUES (?,?,?)")) {
            insert.setString(1, tenant.id());
            insert.setString(2, tenant.name());
            Timestamps.set(insert, 3, tenant.createdAt());
            insert.executeUpdate();
        } catch (SQLException e) {
            // the store that runs the transaction judges the database's failure, and tries again after contention
            throw new IllegalStateException("A tenant could not be written", e);
        }
        audit.append(
                tx,
                AuditRecord.success(
                        RequestCaller.in(tenant.id(), actor),
                        "tenant.create",
                        tenant.id(),
                        Map.of("name", tenant.name())));
        return tenant;
    }

    private static String checked(String name) {
        String stripped = name == null ? "" : name.strip();
        if (stripped.isEmpty() || stripped.length() > NAME || stripped.chars().anyMatch(Character::isISOControl)) {
            throw PlatformException.invalid("name", "must be 1 to " + NAME + " printable characters");
        }
        return stripped;
    }

    @Override
    public Optional<Tenant> find(String id) {
        return store.call(
                Store.ALL_TENANTS,
                tx -> rows(tx, "WHERE tenant_id = ?", id).stream().findFirst());
    }

    @Override
    public Page<Tenant> list(PageRequest page) {
        String position = Cursors.position(page);
        String after = position == null ? "" : position;
        String where = "WHERE tenant_id > ? ORDER BY tenant_id OFFSET " + (position == null ? page.offset() : 0)
                + " ROWS FETCH NEXT " + (page.limit() + 1) + " ROWS ONLY";
        return store.call(Store.ALL_TENANTS, tx -> Cursors.page(rows(tx, where, after), page, count(tx), Tenant::id));
    }

    private static List<Tenant> rows(Transaction tx, String where, String value) throws SQLException {
        try (PreparedStatement select = tx.connection().prepareStatement(SELECT + where)) {
            select.setString(1, value);
            List<Tenant> tenants = new ArrayList<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    tenants.add(new Tenant(
                            rows.getString("tenant_id"), rows.getString("name"), Timestamps.get(rows, "created_at")));
                }
            }
            return tenants;
        }
    }

    private static long count(Transaction tx) throws SQLException {
        try (PreparedStatement select = tx.connection().prepareStatement("SELECT COUNT(*) FROM sec_tenant");
                ResultSet row = select.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    /** All but the operators' own. */
    private static long customers(Transaction tx) {
        try {
            return count(tx) - 1;
        } catch (SQLException e) {
            throw new IllegalStateException("The tenants could not be counted", e);
        }
    }
}
