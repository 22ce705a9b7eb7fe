package org.platformforge.kernel.store.audit;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.platformforge.kernel.api.store.AuditTrail;
import org.platformforge.kernel.store.database.SqlTime;

/** The conditions of a {@link AuditTrail.Filter}, and a range of numbers. */
final class Where {
    private final StringBuilder sql = new StringBuilder(" WHERE tenant_id = ? AND sequence IS NOT NULL");
    private final List<Object> values = new ArrayList<>();

    /**
     * @param above only higher numbers
     * @param below only lower numbers
     */
    Where(AuditTrail.Filter filter, long above, long below) {
        and(" AND sequence > ?", above);
        and(" AND sequence < ?", below);
        if (filter.userId() != null) {
            and(" AND (actor = ? OR on_behalf_of = ?)", filter.userId(), filter.userId());
        }
        if (filter.action() != null) {
            action(filter.action());
        } else if (!filter.reads()) {
            and(" AND action <> ?", AuditTrail.READ);
        }
        if (filter.from() != null) {
            and(" AND recorded_at >= ?", filter.from());
        }
        if (filter.until() != null) {
            and(" AND recorded_at < ?", filter.until());
        }
    }

    /** By comparison and not by LIKE, whose wildcards a client could use. */
    private void action(String wanted) {
        if (wanted.endsWith("*")) {
            String prefix = wanted.substring(0, wanted.length() - 1);
            if (!prefix.isEmpty()) {
                and(" AND SUBSTR(action, 1, " + prefix.length() + ") = ?", prefix);
            }
        } else {
            and(" AND action = ?", wanted);
        }
    }

    private void and(String condition, Object... bound) {
        sql.append(condition);
        values.addAll(List.of(bound));
    }

    String sql() {
        return sql.toString();
    }

    void bind(PreparedStatement statement, String tenantId) throws SQLException {
        statement.setString(1, tenantId);
        int index = 2;
        for (Object value : values) {
            if (value instanceof Instant instant) {
                SqlTime.set(statement, index++, instant);
            } else if (value instanceof Long number) {
                statement.setLong(index++, number);
            } else {
                statement.setString(index++, value.toString());
            }
        }
    }
}
