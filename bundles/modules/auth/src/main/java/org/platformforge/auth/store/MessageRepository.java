package org.platformforge.auth.store;

import java.time.Instant;
import java.util.List;
import org.platformforge.kernel.api.store.Transaction;

/** Messages that wait, in the database. */
public final class MessageRepository {
    private MessageRepository() {}

    /**
     * @param content sealed
     * @param attempts how often it was begun to send
     */
    public record Waiting(
            String tenantId, String id, String channel, String content, int attempts, Instant expiresAt) {}

    public static void insert(Transaction tx, Waiting waiting) {
        tx.em().persist(new MessageEntity(waiting, tx.now()));
    }

    public static List<Waiting> due(Transaction tx, Instant now, int most) {
        return tx.em()
                .createQuery("SELECT m FROM AuthMessage m WHERE m.dueAt <= :now ORDER BY m.dueAt", MessageEntity.class)
                .setParameter("now", Utc.timestamp(now))
                .setMaxResults(most)
                .getResultStream()
                .map(MessageEntity::toWaiting)
                .toList();
    }

    /** The compare-and-set of taking one up: whether this transaction did. */
    public static boolean claim(Transaction tx, Waiting waiting, Instant until) {
        return tx.em()
                        .createQuery("UPDATE AuthMessage m SET m.attempts = m.attempts + 1, m.dueAt = :until"
                                + " WHERE m.tenantId = :tenant AND m.id = :id AND m.attempts = :attempts")
                        .setParameter("until", Utc.timestamp(until))
                        .setParameter("tenant", waiting.tenantId())
                        .setParameter("id", waiting.id())
                        .setParameter("attempts", waiting.attempts())
                        .executeUpdate()
                == 1;
    }

    public static void remove(Transaction tx, String tenantId, String id) {
        tx.em()
                .createQuery("DELETE FROM AuthMessage m WHERE m.tenantId = :tenant AND m.id = :id")
                .setParameter("tenant", tenantId)
                .setParameter("id", id)
                .executeUpdate();
    }

    /** Puts it back until then; removes it when its time is over by then, and returns false. */
    public static boolean retry(Transaction tx, String tenantId, String id, Instant due) {
        boolean again = tx.em()
                        .createQuery("UPDATE AuthMessage m SET m.dueAt = :due"
                                + " WHERE m.tenantId = :tenant AND m.id = :id AND m.expiresAt > :due")
                        .setParameter("due", Utc.timestamp(due))
                        .setParameter("tenant", tenantId)
                        .setParameter("id", id)
                        .executeUpdate()
                == 1;
        if (!again) {
            remove(tx, tenantId, id);
        }
        return again;
    }
}
