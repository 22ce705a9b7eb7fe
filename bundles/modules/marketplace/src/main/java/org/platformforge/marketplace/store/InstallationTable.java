package org.platformforge.marketplace.store;

import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.service.component.annotations.Component;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.marketplace.domain.CanaryPolicy;
import org.platformforge.marketplace.domain.Installation;
import org.platformforge.marketplace.domain.Json;
import org.platformforge.marketplace.domain.Setup;

/**
 * Installations. Plain SQL: the transaction that ends an operation writes them too, and is not one of this module's
 * persistence unit. Every write counts the extension's revision in the tenant up, which tells the other nodes.
 * Thread-safe.
 */
@Component(service = InstallationTable.class)
public final class InstallationTable {
    private static final String DUPLICATE = "23505";
    private static final int LONGEST_MESSAGE = 2000;
    /** No year of more than four digits: there are instants that no database has. */
    private static final Pattern CURSOR = Pattern.compile("([0-9]{4}-[0-9:.T-]{1,40}Z)\\|([A-Za-z0-9_-]{1,64})");

    private static final String COLUMNS = "tenant_id, id, extension_id, state, current_setup, previous_setup,"
            + " canary_setup, pending_setup, canary_percent, canary_policy, pinned, auto_patch, operation_id,"
            + " error_code, error_message, problem, created_by, created_at, updated_at, version";
    private static final String SELECT = "SELECT " + COLUMNS + " FROM mkt_installation";

    /** An extension in a tenant whose installation changed, or ended. */
    public record Change(String tenantId, String extensionId, long revision, Instant at) {}

    private final Json json = new Json();

    /** @throws PlatformException {@code CONFLICT} when the tenant has the extension already */
    public void insert(Transaction tx, Installation row) throws SQLException {
        String sql = "INSERT INTO mkt_installation (" + COLUMNS
                + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)";
        try (PreparedStatement insert = tx.connection().prepareStatement(sql)) {
            insert.setString(1, row.tenantId());
            insert.setString(2, row.id());
            insert.setString(3, row.extensionId());
            values(insert, 4, row);
            insert.setString(17, row.createdBy());
            insert.setTimestamp(18, Timestamp.from(row.createdAt()));
            insert.setTimestamp(19, Timestamp.from(tx.now()));
            insert.executeUpdate();
        } catch (SQLException e) {
            if (DUPLICATE.equals(e.getSQLState())) {
                throw PlatformException.of(
                                ErrorKind.CONFLICT,
                                row.extensionId() + " is installed, or just being installed, by somebody else")
                        .withCause(e);
            }
            throw e;
        }
        touch(tx, row.tenantId(), row.extensionId());
    }

    /** @throws PlatformException {@code CONFLICT} when it was changed since it was read */
    public void update(Transaction tx, Installation row) throws SQLException {
        String sql = "UPDATE mkt_installation SET state = ?, current_setup = ?, previous_setup = ?, canary_setup = ?,"
                + " pending_setup = ?, canary_percent = ?, canary_policy = ?, pinned = ?, auto_patch = ?,"
                + " operation_id = ?, error_code = ?, error_message = ?, problem = ?, updated_at = ?,"
                + " version = version + 1 WHERE tenant_id = ? AND id = ? AND version = ?";
        try (PreparedStatement update = tx.connection().prepareStatement(sql)) {
            values(update, 1, row);
            update.setTimestamp(14, Timestamp.from(tx.now()));
            update.setString(15, row.tenantId());
            update.setString(16, row.id());
            update.setLong(17, row.revision());
            if (update.executeUpdate() == 0) {
                throw PlatformException.of(ErrorKind.CONFLICT, "The installation was changed in the meantime");
            }
        }
        touch(tx, row.tenantId(), row.extensionId());
    }

    private void values(PreparedStatement statement, int from, Installation row) throws SQLException {
        int at = from;
        statement.setString(at++, row.state().name());
        statement.setString(at++, text(row.current()));
        statement.setString(at++, text(row.previous()));
        statement.setString(at++, text(row.canary()));
        statement.setString(at++, text(row.pending()));
        statement.setInt(at++, row.canaryPercent());
        statement.setString(at++, json.write(row.canaryPolicy().toMap()));
        statement.setBoolean(at++, row.pinned());
        statement.setBoolean(at++, row.autoPatch());
        statement.setString(at++, row.operationId());
        statement.setString(at++, row.error() == null ? null : row.error().code());
        statement.setString(at++, row.error() == null ? null : cut(row.error().message()));
        statement.setString(at, cut(row.problem()));
    }

    private String text(Setup setup) {
        return setup == null ? null : json.write(setup.toMap());
    }

    private static String cut(String text) {
        return text == null || text.length() <= LONGEST_MESSAGE ? text : text.substring(0, LONGEST_MESSAGE - 3) + "...";
    }

    /** Does not count as a change: it says what a node made of the row. */
    public void problem(Transaction tx, String tenantId, String id, String problem) throws SQLException {
        try (PreparedStatement update = tx.connection()
                .prepareStatement("UPDATE mkt_installation SET problem = ? WHERE tenant_id = ? AND id = ?")) {
            update.setString(1, cut(problem));
            update.setString(2, tenantId);
            update.setString(3, id);
            update.executeUpdate();
        }
    }

    public void delete(Transaction tx, Installation row) throws SQLException {
        try (PreparedStatement delete =
                tx.connection().prepareStatement("DELETE FROM mkt_installation WHERE tenant_id = ? AND id = ?")) {
            delete.setString(1, row.tenantId());
            delete.setString(2, row.id());
            delete.executeUpdate();
        }
        touch(tx, row.tenantId(), row.extensionId());
    }

    public Optional<Installation> find(Transaction tx, String tenantId, String extensionId) throws SQLException {
        return one(tx, " WHERE tenant_id = ? AND extension_id = ?", tenantId, extensionId);
    }

    public Optional<Installation> byId(Transaction tx, String tenantId, String id) throws SQLException {
        return one(tx, " WHERE tenant_id = ? AND id = ?", tenantId, id);
    }

    private Optional<Installation> one(Transaction tx, String where, String... values) throws SQLException {
        return query(tx, SELECT + where, values).stream().findFirst();
    }

    public List<Installation> ofTenant(Transaction tx, String tenantId) throws SQLException {
        return query(tx, SELECT + " WHERE tenant_id = ? ORDER BY extension_id", tenantId);
    }

    /** Everybody's, in a cross-tenant transaction. */
    public List<Installation> ofExtension(Transaction tx, String extensionId) throws SQLException {
        return query(tx, SELECT + " WHERE extension_id = ?", extensionId);
    }

    /**
     * Reads an installation to change it: everybody else who does waits for this transaction's end.
     */
    public Optional<Installation> lock(Transaction tx, String tenantId, String extensionId) throws SQLException {
        try (PreparedStatement update = tx.connection()
                .prepareStatement("UPDATE mkt_installation SET version = version + 1"
                        + " WHERE tenant_id = ? AND extension_id = ?")) {
            update.setString(1, tenantId);
            update.setString(2, extensionId);
            return update.executeUpdate() == 0 ? Optional.empty() : find(tx, tenantId, extensionId);
        }
    }

    /** Those with a canary, of all tenants. @param tx a cross-tenant one */
    public List<Installation> withCanary(Transaction tx) throws SQLException {
        return query(tx, SELECT + " WHERE canary_percent > 0 AND operation_id IS NULL");
    }

    /** Those that want patches by themselves, of all tenants. @param tx a cross-tenant one */
    public List<Installation> wantingPatches(Transaction tx) throws SQLException {
        return query(
                tx,
                SELECT + " WHERE auto_patch = TRUE AND pinned = FALSE AND state = 'ACTIVE' AND canary_percent = 0"
                        + " AND operation_id IS NULL");
    }

    public long count(Transaction tx, String tenantId) throws SQLException {
        try (PreparedStatement query =
                tx.connection().prepareStatement("SELECT COUNT(*) FROM mkt_installation WHERE tenant_id = ?")) {
            query.setString(1, tenantId);
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /** Everybody's, in a cross-tenant transaction. */
    public List<Installation> all(Transaction tx) throws SQLException {
        return query(tx, SELECT + " ORDER BY extension_id, tenant_id");
    }

    /** Newest first. @param state null for any */
    public Page<Installation> list(Transaction tx, String tenantId, String state, PageRequest page)
            throws SQLException {
        String where = " WHERE tenant_id = ?" + (state == null ? "" : " AND state = ?");
        long total;
        try (PreparedStatement count =
                tx.connection().prepareStatement("SELECT COUNT(*) FROM mkt_installation" + where)) {
            filter(count, tenantId, state);
            try (ResultSet row = count.executeQuery()) {
                row.next();
                total = row.getLong(1);
            }
        }
        List<Installation> rows = rows(tx, where, tenantId, state, page);
        boolean more = rows.size() > page.limit();
        List<Installation> shown = more ? rows.subList(0, page.limit()) : rows;
        return new Page<>(shown, total, more ? Optional.of(cursor(shown.get(shown.size() - 1))) : Optional.empty());
    }

    private List<Installation> rows(Transaction tx, String where, String tenantId, String state, PageRequest page)
            throws SQLException {
        String after = page.cursor() == null ? "" : " AND (created_at < ? OR created_at = ? AND id < ?)";
        String sql = SELECT + where + after + " ORDER BY created_at DESC, id DESC OFFSET ? ROWS FETCH NEXT ? ROWS ONLY";
        try (PreparedStatement query = tx.connection().prepareStatement(sql)) {
            int at = filter(query, tenantId, state);
            if (page.cursor() != null) {
                String[] last = parse(page.cursor());
                Timestamp time = Timestamp.from(Instant.parse(last[0]));
                query.setTimestamp(at++, time);
                query.setTimestamp(at++, time);
                query.setString(at++, last[1]);
            }
            query.setInt(at++, page.cursor() == null ? page.offset() : 0);
            query.setInt(at, page.limit() + 1);
            return read(query);
        }
    }

    private static int filter(PreparedStatement query, String tenantId, String state) throws SQLException {
        query.setString(1, tenantId);
        if (state == null) {
            return 2;
        }
        query.setString(2, state);
        return 3;
    }

    private static String cursor(Installation last) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((last.createdAt() + "|" + last.id()).getBytes(StandardCharsets.UTF_8));
    }

    private static String[] parse(String cursor) {
        try {
            String plain = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
            Matcher parts = CURSOR.matcher(plain);
            if (parts.matches()) {
                Instant.parse(parts.group(1));
                return new String[] {parts.group(1), parts.group(2)};
            }
        } catch (IllegalArgumentException | DateTimeException e) {
            // told below, as for every other text that is none
        }
        throw PlatformException.invalid("cursor", "is not a cursor of this list");
    }

    private List<Installation> query(Transaction tx, String sql, String... values) throws SQLException {
        try (PreparedStatement query = tx.connection().prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                query.setString(i + 1, values[i]);
            }
            return read(query);
        }
    }

    private List<Installation> read(PreparedStatement query) throws SQLException {
        List<Installation> rows = new ArrayList<>();
        try (ResultSet row = query.executeQuery()) {
            while (row.next()) {
                rows.add(installation(row));
            }
        }
        return rows;
    }

    private Installation installation(ResultSet row) throws SQLException {
        String errorCode = row.getString(14);
        return new Installation(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                Installation.State.valueOf(row.getString(4)),
                setup(row.getString(5)),
                setup(row.getString(6)),
                setup(row.getString(7)),
                setup(row.getString(8)),
                row.getInt(9),
                json.optionalMap(row.getString(10)).map(CanaryPolicy::of).orElse(CanaryPolicy.MANUAL),
                row.getBoolean(11),
                row.getBoolean(12),
                row.getString(13),
                errorCode == null ? null : new Installation.Fault(errorCode, row.getString(15)),
                row.getString(16),
                row.getString(17),
                row.getTimestamp(18).toInstant(),
                row.getTimestamp(19).toInstant(),
                row.getLong(20));
    }

    private Setup setup(String text) {
        return json.optionalMap(text).map(Setup::of).orElse(null);
    }

    /**
     * Has every node look again at the installations of an extension, whose own rows did not change.
     *
     * @param tx a cross-tenant one
     * @param extensionId or {@code <namespace>.%} for all of a publisher; ids have no other character that LIKE knows
     */
    public void recheck(Transaction tx, String extensionId) throws SQLException {
        try (PreparedStatement update = tx.connection()
                .prepareStatement("UPDATE mkt_revision SET revision = revision + 1, changed_at = ?"
                        + " WHERE extension_id LIKE ?")) {
            update.setTimestamp(1, Timestamp.from(tx.now()));
            update.setString(2, extensionId);
            update.executeUpdate();
        }
    }

    private static void touch(Transaction tx, String tenantId, String extensionId) throws SQLException {
        try (PreparedStatement update = tx.connection()
                .prepareStatement("UPDATE mkt_revision SET revision = revision + 1, changed_at = ?"
                        + " WHERE tenant_id = ? AND extension_id = ?")) {
            update.setTimestamp(1, Timestamp.from(tx.now()));
            update.setString(2, tenantId);
            update.setString(3, extensionId);
            if (update.executeUpdate() > 0) {
                return;
            }
        }
        try (PreparedStatement insert = tx.connection()
                .prepareStatement("INSERT INTO mkt_revision (changed_at, tenant_id, extension_id, revision)"
                        + " VALUES (?, ?, ?, 1)")) {
            insert.setTimestamp(1, Timestamp.from(tx.now()));
            insert.setString(2, tenantId);
            insert.setString(3, extensionId);
            insert.executeUpdate();
        }
    }

    /** Changes since a time of the database's clock, of all tenants. @param tx a cross-tenant one */
    public List<Change> changes(Transaction tx, Instant since) throws SQLException {
        if (!tx.tenantId().equals(Store.ALL_TENANTS)) {
            throw new IllegalArgumentException("Changes are read across tenants");
        }
        List<Change> changes = new ArrayList<>();
        try (PreparedStatement query = tx.connection()
                .prepareStatement("SELECT tenant_id, extension_id, revision, changed_at FROM mkt_revision"
                        + " WHERE changed_at >= ?")) {
            query.setTimestamp(1, Timestamp.from(since));
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    changes.add(new Change(
                            row.getString(1),
                            row.getString(2),
                            row.getLong(3),
                            row.getTimestamp(4).toInstant()));
                }
            }
        }
        return changes;
    }
}
