package org.platformforge.marketplace.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Component;
import org.platformforge.kernel.api.store.Transaction;

/**
 * Who installed what, and what users think of it. Plain SQL: the rows are their keys, and sums over all tenants are asked
 * for in cross-tenant transactions. Thread-safe.
 */
@Component(service = UsageTable.class)
public final class UsageTable {
    /** @param stars 1 to 5 */
    public record Rating(String userId, int stars, String remark, Instant at) {}

    public record Sum(long sum, long count) {}

    /** Counts a release once for each tenant, however often it is installed. @return whether it was new */
    public boolean downloaded(Transaction tx, String extensionId, String releaseId) throws SQLException {
        if (exists(tx, "SELECT 1 FROM mkt_download WHERE tenant_id = ? AND release_id = ?", tx.tenantId(), releaseId)) {
            return false;
        }
        try (PreparedStatement insert = tx.connection()
                .prepareStatement(
                        "INSERT INTO mkt_download (tenant_id, extension_id, release_id, at_time) VALUES (?, ?, ?, ?)")) {
            insert.setString(1, tx.tenantId());
            insert.setString(2, extensionId);
            insert.setString(3, releaseId);
            insert.setTimestamp(4, Timestamp.from(tx.now()));
            insert.executeUpdate();
            return true;
        }
    }

    /** Whether the transaction's tenant ever installed it. */
    public boolean used(Transaction tx, String extensionId) throws SQLException {
        return exists(
                tx, "SELECT 1 FROM mkt_download WHERE tenant_id = ? AND extension_id = ?", tx.tenantId(), extensionId);
    }

    public long downloads(Transaction tx, String extensionId) throws SQLException {
        try (PreparedStatement query =
                tx.connection().prepareStatement("SELECT COUNT(*) FROM mkt_download WHERE extension_id = ?")) {
            query.setString(1, extensionId);
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    public void rate(Transaction tx, String extensionId, Rating rating) throws SQLException {
        try (PreparedStatement update = tx.connection()
                .prepareStatement("UPDATE mkt_rating SET stars = ?, remark = ?, rated_at = ?"
                        + " WHERE tenant_id = ? AND extension_id = ? AND user_id = ?")) {
            if (bind(update, tx, extensionId, rating).executeUpdate() > 0) {
                return;
            }
        }
        try (PreparedStatement insert = tx.connection()
                .prepareStatement("INSERT INTO mkt_rating (stars, remark, rated_at, tenant_id, extension_id, user_id)"
                        + " VALUES (?, ?, ?, ?, ?, ?)")) {
            bind(insert, tx, extensionId, rating).executeUpdate();
        }
    }

    private static PreparedStatement bind(
            PreparedStatement statement, Transaction tx, String extensionId, Rating rating) throws SQLException {
        statement.setInt(1, rating.stars());
        statement.setString(2, rating.remark());
        statement.setTimestamp(3, Timestamp.from(rating.at()));
        statement.setString(4, tx.tenantId());
        statement.setString(5, extensionId);
        statement.setString(6, rating.userId());
        return statement;
    }

    public Optional<Rating> rating(Transaction tx, String extensionId, String userId) throws SQLException {
        try (PreparedStatement query = tx.connection()
                .prepareStatement("SELECT user_id, stars, remark, rated_at FROM mkt_rating"
                        + " WHERE tenant_id = ? AND extension_id = ? AND user_id = ?")) {
            query.setString(1, tx.tenantId());
            query.setString(2, extensionId);
            query.setString(3, userId);
            return ratings(query).stream().findFirst();
        }
    }

    private static List<Rating> ratings(PreparedStatement query) throws SQLException {
        List<Rating> ratings = new ArrayList<>();
        try (ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
                ratings.add(new Rating(
                        rows.getString(1),
                        rows.getInt(2),
                        rows.getString(3),
                        rows.getTimestamp(4).toInstant()));
            }
        }
        return ratings;
    }

    /** Takes back the user's rating. @return whether there was one */
    public boolean unrate(Transaction tx, String extensionId, String userId) throws SQLException {
        try (PreparedStatement delete = tx.connection()
                .prepareStatement("DELETE FROM mkt_rating WHERE tenant_id = ? AND extension_id = ? AND user_id = ?")) {
            delete.setString(1, tx.tenantId());
            delete.setString(2, extensionId);
            delete.setString(3, userId);
            return delete.executeUpdate() > 0;
        }
    }

    /** Everybody's, newest first, in a cross-tenant transaction. */
    public List<Rating> ratings(Transaction tx, String extensionId, int offset, int limit) throws SQLException {
        try (PreparedStatement query = tx.connection()
                .prepareStatement("SELECT user_id, stars, remark, rated_at FROM mkt_rating WHERE extension_id = ?"
                        + " ORDER BY rated_at DESC, tenant_id, user_id OFFSET ? ROWS FETCH NEXT ? ROWS ONLY")) {
            query.setString(1, extensionId);
            query.setInt(2, offset);
            query.setInt(3, limit);
            return ratings(query);
        }
    }

    /** Over all tenants, in a cross-tenant transaction. */
    public Sum ratings(Transaction tx, String extensionId) throws SQLException {
        try (PreparedStatement query = tx.connection()
                .prepareStatement("SELECT COALESCE(SUM(stars), 0), COUNT(*) FROM mkt_rating WHERE extension_id = ?")) {
            query.setString(1, extensionId);
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return new Sum(row.getLong(1), row.getLong(2));
            }
        }
    }

    private static boolean exists(Transaction tx, String sql, String first, String second) throws SQLException {
        try (PreparedStatement query = tx.connection().prepareStatement(sql)) {
            query.setString(1, first);
            query.setString(2, second);
            try (ResultSet row = query.executeQuery()) {
                return row.next();
            }
        }
    }
}
