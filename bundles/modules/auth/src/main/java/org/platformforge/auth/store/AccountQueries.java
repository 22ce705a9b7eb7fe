package org.platformforge.auth.store;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.security.Accounts.Account;
import org.platformforge.kernel.api.security.Accounts.Query;
import org.platformforge.kernel.api.security.Accounts.Sort;
import org.platformforge.kernel.api.security.Accounts.Status;
import org.platformforge.kernel.api.store.Transaction;

/** Accounts as their administrators see them: no secret is read here. */
public final class AccountQueries {
    private static final String COLUMNS =
            "tenant_id, id, email, name, roles, status, created_at, version, LOWER(name) AS name_key";

    private AccountQueries() {}

    /** What stands behind a cursor: the sort key and id of a page's last row. */
    private record Position(String key, String id) {}

    /** @param nameKey what the database sorts the name by */
    private record Row(Account account, String nameKey) {}

    public static Page<Account> list(Transaction tx, String tenantId, Query query, PageRequest page)
            throws SQLException {
        List<String> values = new ArrayList<>(List.of(tenantId));
        String where = where(query, values);
        long total = count(tx.connection(), where, values);
        String column = column(query.sort());
        String order = query.descending() ? "DESC" : "ASC";
        int offset = page.offset();
        Position after = page.cursor() == null ? null : position(page.cursor(), query);
        if (after != null) {
            offset = 0;
            String beyond = query.descending() ? "<" : ">";
            where += " AND (" + column + ' ' + beyond + " ? OR " + column + " = ? AND id " + beyond + " ?)";
            values.addAll(List.of(after.key(), after.key(), after.id()));
        }
        String sql = "SELECT " + COLUMNS + " FROM auth_user WHERE " + where + " ORDER BY " + column + ' ' + order
                + ", id " + order + " OFFSET " + offset + " ROWS FETCH NEXT " + (page.limit() + 1) + " ROWS ONLY";
        List<Row> found = rows(tx.connection(), sql, values);
        boolean more = found.size() > page.limit();
        List<Row> shown = more ? found.subList(0, page.limit()) : found;
        Optional<String> next = more ? Optional.of(cursor(shown.get(shown.size() - 1), query)) : Optional.empty();
        return new Page<>(shown.stream().map(Row::account).toList(), total, next);
    }

    private static String where(Query query, List<String> values) {
        StringBuilder where = new StringBuilder("tenant_id = ?");
        if (query.search() != null) {
            // not LIKE: its wildcards would be the searcher's
            where.append(" AND (LOCATE_IN(LOWER(name)) OR LOCATE_IN(email))");
            String text = query.search().toLowerCase(Locale.ROOT);
            values.addAll(List.of(text, text));
        }
        if (query.status() != null) {
            where.append(" AND status = ?");
            values.add(query.status().name());
        }
        if (query.role() != null) {
            where.append(" AND LOCATE_IN(' ' || roles || ' ')");
            values.add(' ' + query.role() + ' ');
        }
        return where.toString();
    }

    /** Ids begin with the time of their making, so they sort as it does. */
    private static String column(Sort sort) {
        return switch (sort) {
            case CREATED_AT -> "id";
            case EMAIL -> "email";
            case NAME -> "LOWER(name)";
        };
    }

    private static String key(Row row, Sort sort) {
        return switch (sort) {
            case CREATED_AT -> row.account().id();
            case EMAIL -> row.account().email();
            case NAME -> row.nameKey();
        };
    }

    private static String cursor(Row last, Query query) {
        String text = query.sort() + "\n" + key(last, query.sort()) + "\n"
                + last.account().id();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Position position(String cursor, Query query) {
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8).split("\n", -1);
            boolean printable =
                    Arrays.stream(parts).noneMatch(part -> part.chars().anyMatch(Character::isISOControl));
            if (parts.length == 3 && parts[0].equals(query.sort().name()) && printable) {
                return new Position(parts[1], parts[2]);
            }
        } catch (IllegalArgumentException e) {
            // not base64: said below
        }
        throw PlatformException.of(ErrorKind.MALFORMED, "The cursor is not one of this list");
    }

    private static long count(Connection connection, String where, List<String> values) throws SQLException {
        String sql = spelled(connection, "SELECT COUNT(*) FROM auth_user WHERE " + where);
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            bind(select, values);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    public static Optional<Account> find(Transaction tx, String tenantId, String id) throws SQLException {
        String sql = "SELECT " + COLUMNS + " FROM auth_user WHERE tenant_id = ? AND id = ?";
        return rows(tx.connection(), sql, List.of(tenantId, id)).stream()
                .map(Row::account)
                .findFirst();
    }

    /** The account, which nobody else changes until the transaction ends. */
    public static Optional<Account> lock(Transaction tx, String tenantId, String id) throws SQLException {
        touch(tx, "tenant_id = ? AND id = ?", List.of(tenantId, id));
        return find(tx, tenantId, id);
    }

    /**
     * How many accounts with the role are active. They stay so until the transaction ends: two administrators who suspend
     * each other at the same moment are let in one after the other.
     */
    public static long lockActive(Transaction tx, String tenantId, String role) throws SQLException {
        String where = "tenant_id = ? AND status = 'ACTIVE' AND LOCATE_IN(' ' || roles || ' ')";
        List<String> values = List.of(tenantId, ' ' + role + ' ');
        touch(tx, where, values);
        return count(tx.connection(), where, values);
    }

    /** Takes the rows' locks on either database; Derby gives up those of SELECT … FOR UPDATE early. */
    private static void touch(Transaction tx, String where, List<String> values) throws SQLException {
        String sql = spelled(tx.connection(), "UPDATE auth_user SET version = version WHERE " + where);
        try (PreparedStatement update = tx.connection().prepareStatement(sql)) {
            bind(update, values);
            update.executeUpdate();
        }
    }

    public static void update(Transaction tx, Account account) throws SQLException {
        try (PreparedStatement update = tx.connection()
                .prepareStatement("UPDATE auth_user SET name = ?, roles = ?, status = ?, version = version + 1"
                        + " WHERE tenant_id = ? AND id = ?")) {
            update.setString(1, account.name());
            update.setString(2, String.join(" ", new TreeSet<>(account.roles())));
            update.setString(3, account.status().name());
            update.setString(4, account.tenantId());
            update.setString(5, account.id());
            update.executeUpdate();
        }
    }

    public static void delete(Transaction tx, String tenantId, String id) throws SQLException {
        for (String rows : List.of(
                "auth_link WHERE tenant_id = ? AND user_id = ?",
                "auth_device WHERE tenant_id = ? AND user_id = ?",
                "auth_backup_code WHERE tenant_id = ? AND user_id = ?",
                "auth_factor WHERE tenant_id = ? AND user_id = ?",
                "auth_session WHERE tenant_id = ? AND user_id = ?",
                "auth_user WHERE tenant_id = ? AND id = ?")) {
            try (PreparedStatement delete = tx.connection().prepareStatement("DELETE FROM " + rows)) {
                bind(delete, List.of(tenantId, id));
                delete.executeUpdate();
            }
        }
    }

    /** Ids of the person's sessions, ended ones too. */
    public static List<String> sessions(Transaction tx, String tenantId, String id) throws SQLException {
        List<String> found = new ArrayList<>();
        try (PreparedStatement select =
                tx.connection().prepareStatement("SELECT id FROM auth_session WHERE tenant_id = ? AND user_id = ?")) {
            bind(select, List.of(tenantId, id));
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    found.add(row.getString(1));
                }
            }
        }
        return found;
    }

    public static void endSessions(Transaction tx, String tenantId, String id, Instant now) throws SQLException {
        try (PreparedStatement update = tx.connection()
                .prepareStatement("UPDATE auth_session SET revoked_at = ?"
                        + " WHERE tenant_id = ? AND user_id = ? AND revoked_at IS NULL")) {
            update.setTimestamp(1, Utc.timestamp(now));
            update.setString(2, tenantId);
            update.setString(3, id);
            update.executeUpdate();
        }
    }

    /** {@code LOCATE_IN(x)} stands for “the parameter is a part of x”, which the two databases spell differently. */
    private static String spelled(Connection connection, String sql) throws SQLException {
        boolean derby = connection.getMetaData().getDatabaseProductName().contains("Derby");
        String spelled = sql;
        for (String part : List.of("LOWER(name)", "email", "' ' || roles || ' '")) {
            spelled = spelled.replace(
                    "LOCATE_IN(" + part + ")",
                    derby ? "LOCATE(?, " + part + ") > 0" : "POSITION(? IN " + part + ") > 0");
        }
        return spelled;
    }

    private static void bind(PreparedStatement statement, List<String> values) throws SQLException {
        for (int i = 0; i < values.size(); i++) {
            statement.setString(i + 1, values.get(i));
        }
    }

    private static List<Row> rows(Connection connection, String sql, List<String> values) throws SQLException {
        List<Row> found = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(spelled(connection, sql))) {
            bind(select, values);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    found.add(row(row));
                }
            }
        }
        return found;
    }

    private static Row row(ResultSet row) throws SQLException {
        Set<String> roles = Arrays.stream(row.getString("roles").split(" "))
                .filter(role -> !role.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
        Account account = new Account(
                row.getString("id"),
                row.getString("tenant_id"),
                row.getString("email"),
                row.getString("name"),
                roles,
                Status.valueOf(row.getString("status")),
                Utc.instant(row.getTimestamp("created_at")),
                row.getLong("version"));
        return new Row(account, row.getString("name_key"));
    }
}
