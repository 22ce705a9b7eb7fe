package org.platformforge.auth.store;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.persistence.LockModeType;
import org.platformforge.auth.domain.User;
import org.platformforge.kernel.api.store.Transaction;

/** Accounts in the database. E-mail addresses are looked up across tenants: at login the tenant is not known yet. */
public final class UserRepository {
    private UserRepository() {}

    public static void insert(Transaction tx, User user) {
        tx.em().persist(new UserEntity(user));
        tx.em().flush(); // a duplicate address shows here and not at some later statement
    }

    /** All accounts of all tenants, in a cross-tenant transaction. */
    public static long count(Transaction tx) {
        return tx.em()
                .createQuery("SELECT COUNT(u) FROM AuthUser u", Long.class)
                .getSingleResult();
    }

    public static Optional<User> find(Transaction tx, String tenantId, String id) {
        return first(tx.em()
                        .createQuery(
                                "SELECT u FROM AuthUser u WHERE u.tenantId = :tenant AND u.id = :id", UserEntity.class)
                        .setParameter("tenant", tenantId)
                        .setParameter("id", id)
                        .getResultList())
                .map(UserEntity::toUser);
    }

    /** Lets no other transaction that locks the user go on until this one ends. */
    public static void lock(Transaction tx, String id) {
        tx.em().find(UserEntity.class, id, LockModeType.PESSIMISTIC_WRITE);
    }

    /** In cross-tenant work of operators. */
    public static Optional<User> findById(Transaction tx, String id) {
        return Optional.ofNullable(tx.em().find(UserEntity.class, id)).map(UserEntity::toUser);
    }

    public static Optional<User> findByEmail(Transaction tx, String email) {
        return first(tx.em()
                        .createQuery("SELECT u FROM AuthUser u WHERE u.email = :email", UserEntity.class)
                        .setParameter("email", email)
                        .getResultList())
                .map(UserEntity::toUser);
    }

    /** For the handful of users of the operators' tenant. */
    public static boolean anyWithRole(Transaction tx, String tenantId, String role) {
        return tx.em()
                .createQuery("SELECT u FROM AuthUser u WHERE u.tenantId = :tenant", UserEntity.class)
                .setParameter("tenant", tenantId)
                .getResultStream()
                .anyMatch(user -> user.toUser().roles().contains(role));
    }

    public static void replaceHash(Transaction tx, User user, String hash) {
        entity(tx, user).ifPresent(entity -> entity.replaceHash(hash));
    }

    public static void verifyEmail(Transaction tx, User user) {
        entity(tx, user).ifPresent(entity -> entity.verifyEmail(tx.now()));
    }

    /** To an address that was shown to be the user's; the unique index decides who gets it. */
    public static void changeEmail(Transaction tx, User user, String email) {
        entity(tx, user).ifPresent(entity -> entity.changeEmail(email, tx.now()));
        tx.em().flush();
    }

    private static Optional<UserEntity> entity(Transaction tx, User user) {
        return first(tx.em()
                .createQuery("SELECT u FROM AuthUser u WHERE u.tenantId = :tenant AND u.id = :id", UserEntity.class)
                .setParameter("tenant", user.tenantId())
                .setParameter("id", user.id())
                .getResultList());
    }

    /**
     * Counts a try of a code before the code is looked at; false while none is looked at. Locks the row. In SQL, because an
     * update in JPQL would raise the version, and who changes the user would be told that somebody else did.
     */
    public static boolean countCode(Transaction tx, User user, Instant now) throws SQLException {
        try (PreparedStatement update = tx.connection()
                .prepareStatement("UPDATE auth_user SET code_failures = code_failures + 1"
                        + " WHERE tenant_id = ? AND id = ?"
                        + " AND (codes_refused_until IS NULL OR codes_refused_until <= ?)")) {
            update.setString(1, user.tenantId());
            update.setString(2, user.id());
            update.setTimestamp(3, Utc.timestamp(now));
            return update.executeUpdate() == 1;
        }
    }

    /** Tries of codes since the last right one. */
    public static int codeFailures(Transaction tx, User user) {
        return tx.em()
                .createQuery(
                        "SELECT u.codeFailures FROM AuthUser u WHERE u.tenantId = :tenant AND u.id = :id",
                        Integer.class)
                .setParameter("tenant", user.tenantId())
                .setParameter("id", user.id())
                .getSingleResult();
    }

    /** Until when no code is looked at; null for no wait. */
    public static Instant codesRefusedUntil(Transaction tx, User user) {
        return Utc.instant(tx.em()
                .createQuery(
                        "SELECT u.codesRefusedUntil FROM AuthUser u WHERE u.tenantId = :tenant AND u.id = :id",
                        Timestamp.class)
                .setParameter("tenant", user.tenantId())
                .setParameter("id", user.id())
                .getSingleResult());
    }

    /** @param until null for no wait */
    public static void setCodeFailures(Transaction tx, User user, int failures, Instant until) throws SQLException {
        try (PreparedStatement update = tx.connection()
                .prepareStatement("UPDATE auth_user SET code_failures = ?, codes_refused_until = ?"
                        + " WHERE tenant_id = ? AND id = ?")) {
            update.setInt(1, failures);
            update.setTimestamp(2, Utc.timestamp(until));
            update.setString(3, user.tenantId());
            update.setString(4, user.id());
            update.executeUpdate();
        }
    }

    private static <T> Optional<T> first(List<T> rows) {
        return rows.isEmpty() ? Optional.empty() : Optional.of(rows.get(0));
    }
}
