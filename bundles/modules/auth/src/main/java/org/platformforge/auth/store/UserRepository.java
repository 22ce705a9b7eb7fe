package org.platformforge.auth.store;

import java.util.List;
import java.util.Optional;
import javax.persistence.EntityManager;
import org.platformforge.auth.domain.User;
import org.platformforge.kernel.api.store.Transaction;

/** Accounts in the database. E-mail addresses are looked up across tenants: at login the tenant is not known yet. */
public final class UserRepository {
    private UserRepository() {}

    public static void insert(Transaction tx, User user) {
        tx.em().persist(new UserEntity(user));
        tx.em().flush(); // a duplicate address shows here and not at some later statement
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
        EntityManager em = tx.em();
        first(em.createQuery("SELECT u FROM AuthUser u WHERE u.tenantId = :tenant AND u.id = :id", UserEntity.class)
                        .setParameter("tenant", user.tenantId())
                        .setParameter("id", user.id())
                        .getResultList())
                .ifPresent(entity -> entity.replaceHash(hash));
    }

    private static <T> Optional<T> first(List<T> rows) {
        return rows.isEmpty() ? Optional.empty() : Optional.of(rows.get(0));
    }
}
