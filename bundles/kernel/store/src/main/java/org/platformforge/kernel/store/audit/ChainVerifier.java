package org.platformforge.kernel.store.audit;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.platformforge.kernel.api.store.AuditTrail.Problem;

/** Follows a chain record by record. Used by one thread. */
final class ChainVerifier {
    private static final int MOST_PROBLEMS = 20;

    private final AuditKeys keys;
    private final String tenantId;
    private final List<Problem> problems = new ArrayList<>();
    private String keyId;
    private Optional<byte[]> key = Optional.empty();
    private long next;
    private String previous;
    private long records;

    /**
     * @param first the number that is expected first
     * @param previous the hash it has to name
     */
    ChainVerifier(AuditKeys keys, String tenantId, long first, String previous) {
        this.keys = keys;
        this.tenantId = tenantId;
        this.next = first;
        this.previous = previous;
    }

    void accept(ChainedRow record) {
        long sequence = record.sequence();
        if (sequence != next) {
            problem(
                    next,
                    sequence > next ? "Records " + next + " to " + (sequence - 1) + " are missing" : "Out of order");
        } else if (!record.previousHash().equals(previous)) {
            problem(sequence, "It does not follow the record before it");
        }
        byte[] canonical = Digests.bytes(record.canonical());
        String hash = Digests.hash(canonical, record.mac());
        if (!hash.equals(record.hash())) {
            problem(sequence, "The record was changed: its hash does not fit");
        }
        verifyMac(record, canonical);
        next = sequence + 1;
        previous = record.hash();
        records++;
    }

    private void verifyMac(ChainedRow record, byte[] canonical) {
        if (!record.keyId().equals(keyId)) {
            keyId = record.keyId();
            key = keys.digestKey(keyId, tenantId);
        }
        if (key.isEmpty()) {
            problem(record.sequence(), "The key " + keyId + " of its digest is not here");
        } else if (!MessageDigest.isEqual(Digests.mac(key.get(), canonical), hex(record.mac()))) {
            problem(record.sequence(), "The record was changed: its digest was not made by this platform");
        }
    }

    private static byte[] hex(String text) {
        try {
            return HexFormat.of().parseHex(text);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    /** What the chain's end must be. */
    void end(ChainHead head) {
        if (next <= head.lastSequence()) {
            problem(next, "Records " + next + " to " + head.lastSequence() + " are missing");
        } else if (!previous.equals(head.lastHash())) {
            problem(head.lastSequence(), "The chain does not end with its last record");
        }
    }

    void problem(long sequence, String message) {
        if (problems.size() < MOST_PROBLEMS) {
            problems.add(new Problem(sequence, message));
        }
    }

    List<Problem> problems() {
        return List.copyOf(problems);
    }

    long records() {
        return records;
    }
}
