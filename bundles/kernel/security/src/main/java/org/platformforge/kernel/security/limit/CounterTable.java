package org.platformforge.kernel.security.limit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The counters of one policy, in memory of a fixed size that may be a mapped file: what is counted then survives the
 * end of the process, however it ends.
 *
 * <p>A subject is the keyed SHA-256 of its name, so nobody can aim at another's counter. It has one of seven slots of
 * its bucket. No live slot is ever given away, because that would reset a limit: when all seven are live, the subjects
 * that come later share the bucket's eighth slot, and are together held to the limit of one. A subject that leaves the
 * shared slot for its own takes the shared count along.
 *
 * <p>A slot is {@code hash, hash, end of the window in ms, count}. Not thread-safe: hold {@link #lock} of the subject.
 */
final class CounterTable {
    static final int HEADER = 64;
    private static final int SALT = 16;
    private static final int SLOTS = 8;
    private static final int SHARED = SLOTS - 1;
    private static final int SLOT_BYTES = 32;
    private static final int BUCKET_BYTES = SLOTS * SLOT_BYTES;
    private static final int END = 16;
    private static final int COUNT = 24;
    private static final int LOCKS = 256;

    private final ByteBuffer memory;
    private final int buckets;
    private final MessageDigest salted;
    private final Object[] locks = new Object[LOCKS];

    /** Where a subject is counted. */
    record Subject(long high, long low, int bucket) {}

    /** @param memory begins with {@link #HEADER} bytes whose first 16 are random; of {@link #size} bytes */
    CounterTable(ByteBuffer memory) {
        this.memory = memory;
        this.buckets = (memory.capacity() - HEADER) / BUCKET_BYTES;
        byte[] salt = new byte[SALT];
        memory.get(0, salt);
        this.salted = sha256();
        salted.update(salt);
        for (int i = 0; i < LOCKS; i++) {
            locks[i] = new Object();
        }
    }

    /** The bytes that hold about this many subjects one by one. */
    static int size(int subjects) {
        int buckets = 1;
        while (buckets * SHARED < subjects) {
            buckets *= 2;
        }
        return HEADER + buckets * BUCKET_BYTES;
    }

    Subject subject(String name) {
        MessageDigest digest = copyOf(salted);
        ByteBuffer hash = ByteBuffer.wrap(digest.digest(name.getBytes(StandardCharsets.UTF_8)));
        long high = hash.getLong();
        long low = hash.getLong();
        return new Subject(high, low, (int) Math.floorMod(hash.getLong(), (long) buckets));
    }

    Object lock(Subject subject) {
        return locks[subject.bucket() % LOCKS];
    }

    /**
     * The slot a subject is counted in now. A slot that is its own only from now on begins with no count, or with the
     * shared one.
     */
    int slot(Subject subject, long now) {
        int bucket = HEADER + subject.bucket() * BUCKET_BYTES;
        int free = -1;
        for (int i = 0; i < SHARED; i++) {
            int slot = bucket + i * SLOT_BYTES;
            if (memory.getLong(slot) == subject.high() && memory.getLong(slot + Long.BYTES) == subject.low()) {
                return slot;
            }
            if (free < 0 && end(slot) <= now) {
                free = slot;
            }
        }
        int shared = bucket + SHARED * SLOT_BYTES;
        return free < 0 ? shared : claimed(free, shared, subject, now);
    }

    private int claimed(int slot, int shared, Subject subject, long now) {
        boolean inherits = end(shared) > now;
        memory.putLong(slot + COUNT, inherits ? count(shared) : 0);
        memory.putLong(slot, subject.high());
        memory.putLong(slot + Long.BYTES, subject.low());
        memory.putLong(slot + END, inherits ? end(shared) : 0);
        return slot;
    }

    long end(int slot) {
        return memory.getLong(slot + END);
    }

    long count(int slot) {
        return memory.getLong(slot + COUNT);
    }

    /** In this order: a process that is killed in between leaves a window that has ended, not one without count. */
    void put(int slot, long end, long count) {
        memory.putLong(slot + COUNT, count);
        memory.putLong(slot + END, end);
    }

    private static MessageDigest copyOf(MessageDigest digest) {
        try {
            return (MessageDigest) digest.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("SHA-256 cannot be copied", e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is not available", e);
        }
    }
}
