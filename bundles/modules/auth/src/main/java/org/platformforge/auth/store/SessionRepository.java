package org.platformforge.auth.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.platformforge.auth.domain.Session;
import org.platformforge.auth.domain.User;
import org.platformforge.kernel.api.store.Transaction;

/** Sessions in the database. A refresh token names its session only, so that look-up crosses tenants. */
public final class SessionRepository {
    private SessionRepository() {}

    public static void insert(Transaction tx, Session session) {
        tx.em().persist(new SessionEntity(session));
    }

    /** The sessions of a user that go on, the newest first. */
    public static List<Session> live(Transaction tx, String tenantId, String userId) {
        return tx.em()
                .createQuery(
                        "SELECT s FROM AuthSession s WHERE s.tenantId = :tenant AND s.userId = :user"
                                + " AND s.revokedAt IS NULL AND s.expiresAt > :now ORDER BY s.createdAt DESC, s.id DESC",
                        SessionEntity.class)
                .setParameter("tenant", tenantId)
                .setParameter("user", userId)
                .setParameter("now", Utc.timestamp(tx.now()))
                .getResultStream()
                .map(SessionEntity::toSession)
                .toList();
    }

    /** Whether the user has signed in from the address in the time a session lasts. */
    public static boolean signedInFrom(Transaction tx, String tenantId, String userId, String remoteAddress) {
        return !tx.em()
                .createQuery(
                        "SELECT s.id FROM AuthSession s WHERE s.tenantId = :tenant AND s.userId = :user"
                                + " AND s.remoteAddress = :address",
                        String.class)
                .setParameter("tenant", tenantId)
                .setParameter("user", userId)
                .setParameter("address", remoteAddress)
                .setMaxResults(1)
                .getResultList()
                .isEmpty();
    }

    /** Records that the person of a live session proved anew who they are. */
    public static void authenticated(Transaction tx, Session session, List<String> methods, Instant now) {
        tx.em()
                .createQuery("UPDATE AuthSession s SET s.methods = :methods, s.authenticatedAt = :now"
                        + " WHERE s.tenantId = :tenant AND s.id = :id AND s.revokedAt IS NULL")
                .setParameter("methods", String.join(" ", methods))
                .setParameter("now", Utc.timestamp(now))
                .setParameter("tenant", session.tenantId())
                .setParameter("id", session.id())
                .executeUpdate();
    }

    /**
     * The sessions of a user count as begun with the password alone from now on.
     *
     * @param but the id of one that does not, or empty
     */
    public static void forgetFactors(Transaction tx, String tenantId, String userId, String but) {
        tx.em()
                .createQuery("UPDATE AuthSession s SET s.methods = :methods WHERE s.tenantId = :tenant"
                        + " AND s.userId = :user AND s.id <> :but AND s.revokedAt IS NULL")
                .setParameter("methods", "pwd")
                .setParameter("tenant", tenantId)
                .setParameter("user", userId)
                .setParameter("but", but)
                .executeUpdate();
    }

    public static Optional<Session> find(Transaction tx, String id) {
        return Optional.ofNullable(tx.em().find(SessionEntity.class, id)).map(SessionEntity::toSession);
    }

    /** The row as it is after an update statement, not as the entity manager remembers it. */
    public static Session reload(Transaction tx, String id) {
        SessionEntity entity = tx.em().find(SessionEntity.class, id);
        tx.em().refresh(entity);
        return entity.toSession();
    }

    /** A session, whatever its state, and whose it is. */
    public record Owned(Session session, User user) {}

    /**
     * What a refresh token names, as the last commit left it. Plain SQL and one statement, like {@link #advance}: nothing is
     * written as often as a rotation.
     */
    public static Optional<Owned> owned(Transaction tx, String id) throws SQLException {
        try (PreparedStatement select = tx.connection()
                .prepareStatement("SELECT s.tenant_id, s.id, s.user_id, s.generation, s.created_at, s.rotated_at,"
                        + " s.expires_at, s.revoked_at, s.methods, s.authenticated_at, s.remote_address, s.user_agent,"
                        + " u.email, u.name, u.password_hash, u.roles, u.status, u.created_at, u.email_verified_at"
                        + " FROM auth_session s JOIN auth_user u ON u.tenant_id = s.tenant_id AND u.id = s.user_id"
                        + " WHERE s.id = ?")) {
            select.setString(1, id);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(new Owned(session(row), user(row))) : Optional.empty();
            }
        }
    }

    private static Session session(ResultSet row) throws SQLException {
        Timestamp created = row.getTimestamp(5);
        Timestamp authenticated = row.getTimestamp(10);
        return new Session(
                row.getString(2),
                row.getString(1),
                row.getString(3),
                row.getLong(4),
                Utc.instant(created),
                Utc.instant(row.getTimestamp(6)),
                Utc.instant(row.getTimestamp(7)),
                Utc.instant(row.getTimestamp(8)),
                List.of(row.getString(9).split(" ")),
                Utc.instant(authenticated == null ? created : authenticated),
                row.getString(11),
                row.getString(12));
    }

    private static User user(ResultSet row) throws SQLException {
        return new User(
                row.getString(3),
                row.getString(1),
                row.getString(13),
                row.getString(14),
                row.getString(15),
                Set.of(row.getString(16).split(" ")),
                User.Status.valueOf(row.getString(17)),
                Utc.instant(row.getTimestamp(18)),
                Utc.instant(row.getTimestamp(19)));
    }

    /**
     * The compare-and-set of a rotation.
     *
     * @return whether this transaction moved the family on from the session's generation
     */
    public static boolean advance(Transaction tx, Session session, Instant now) throws SQLException {
        try (PreparedStatement update = tx.connection()
                .prepareStatement("UPDATE auth_session SET generation = generation + 1, rotated_at = ?"
                        + " WHERE tenant_id = ? AND id = ? AND generation = ? AND revoked_at IS NULL")) {
            update.setTimestamp(1, Utc.timestamp(now));
            update.setString(2, session.tenantId());
            update.setString(3, session.id());
            update.setLong(4, session.generation());
            return update.executeUpdate() == 1;
        }
    }

    /**
     * Removes some of the sessions that have ended, of all tenants.
     *
     * @return how many, less than {@code most} when none are left
     */
    public static int removeEnded(Transaction tx, Instant now, int most) {
        List<String> ended = tx.em()
                .createQuery("SELECT s.id FROM AuthSession s WHERE s.expiresAt < :now", String.class)
                .setParameter("now", Utc.timestamp(now))
                .setMaxResults(most)
                .getResultList();
        if (!ended.isEmpty()) {
            tx.em()
                    .createQuery("DELETE FROM AuthSession s WHERE s.id IN :ended")
                    .setParameter("ended", ended)
                    .executeUpdate();
        }
        return ended.size();
    }

    /** Whether this transaction revoked it; false when it was revoked before or is not there. */
    public static boolean revoke(Transaction tx, String tenantId, String id, Instant now) {
        Timestamp at = Utc.timestamp(now);
        return tx.em()
                        .createQuery("UPDATE AuthSession s SET s.revokedAt = :now"
                                + " WHERE s.tenantId = :tenant AND s.id = :id AND s.revokedAt IS NULL")
                        .setParameter("now", at)
                        .setParameter("tenant", tenantId)
                        .setParameter("id", id)
                        .executeUpdate()
                == 1;
    }
}
