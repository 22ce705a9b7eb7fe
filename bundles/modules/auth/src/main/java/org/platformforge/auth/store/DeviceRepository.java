package org.platformforge.auth.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.platformforge.auth.domain.mfa.Device;
import org.platformforge.kernel.api.store.Transaction;

/** Remembered devices in the database, each under the digest of what it keeps. */
public final class DeviceRepository {
    private DeviceRepository() {}

    public static void insert(Transaction tx, Device device, String digest) {
        tx.em().persist(new DeviceEntity(device, digest));
    }

    /** The user's device of the digest; another's is not found. */
    public static Optional<Device> find(Transaction tx, String tenantId, String userId, String digest) {
        return tx.em()
                .createQuery(
                        "SELECT d FROM AuthDevice d"
                                + " WHERE d.tenantId = :tenant AND d.userId = :user AND d.digest = :digest",
                        DeviceEntity.class)
                .setParameter("tenant", tenantId)
                .setParameter("user", userId)
                .setParameter("digest", digest)
                .getResultStream()
                .findFirst()
                .map(DeviceEntity::toDevice);
    }

    /** Expired ones too, the one used last first. */
    public static List<Device> of(Transaction tx, String tenantId, String userId) {
        return tx.em()
                .createQuery(
                        "SELECT d FROM AuthDevice d WHERE d.tenantId = :tenant AND d.userId = :user"
                                + " ORDER BY d.lastUsedAt DESC, d.id DESC",
                        DeviceEntity.class)
                .setParameter("tenant", tenantId)
                .setParameter("user", userId)
                .getResultStream()
                .map(DeviceEntity::toDevice)
                .toList();
    }

    public static void use(Transaction tx, Device device, String sessionId) {
        tx.em()
                .createQuery("UPDATE AuthDevice d SET d.lastUsedAt = :now, d.sessionId = :session"
                        + " WHERE d.tenantId = :tenant AND d.id = :id")
                .setParameter("now", Utc.timestamp(tx.now()))
                .setParameter("session", sessionId)
                .setParameter("tenant", device.tenantId())
                .setParameter("id", device.id())
                .executeUpdate();
    }

    public static boolean remove(Transaction tx, String tenantId, String userId, String id) {
        return tx.em()
                        .createQuery("DELETE FROM AuthDevice d"
                                + " WHERE d.tenantId = :tenant AND d.userId = :user AND d.id = :id")
                        .setParameter("tenant", tenantId)
                        .setParameter("user", userId)
                        .setParameter("id", id)
                        .executeUpdate()
                == 1;
    }

    /** @return how many that last began the session */
    public static int removeOf(Transaction tx, String tenantId, String userId, String sessionId) {
        return tx.em()
                .createQuery("DELETE FROM AuthDevice d"
                        + " WHERE d.tenantId = :tenant AND d.userId = :user AND d.sessionId = :session")
                .setParameter("tenant", tenantId)
                .setParameter("user", userId)
                .setParameter("session", sessionId)
                .executeUpdate();
    }

    public static int removeAll(Transaction tx, String tenantId, String userId) {
        return tx.em()
                .createQuery("DELETE FROM AuthDevice d WHERE d.tenantId = :tenant AND d.userId = :user")
                .setParameter("tenant", tenantId)
                .setParameter("user", userId)
                .executeUpdate();
    }

    /** @return how many that ended before then were removed, of all tenants */
    public static int sweep(Transaction tx, Instant before) {
        return tx.em()
                .createQuery("DELETE FROM AuthDevice d WHERE d.expiresAt < :before")
                .setParameter("before", Utc.timestamp(before))
                .executeUpdate();
    }
}
