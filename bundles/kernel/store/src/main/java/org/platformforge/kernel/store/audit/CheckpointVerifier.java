package org.platformforge.kernel.store.audit;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** Compares signed states with the records that they sign. Used by one thread. */
final class CheckpointVerifier {
    private final Map<Long, SignedState> expected = new HashMap<>();
    private final BiConsumer<Long, String> problem;
    private long lastSigned;

    CheckpointVerifier(AuditKeys keys, List<SignedState> signed, ChainHead head, BiConsumer<Long, String> problem) {
        this.problem = problem;
        for (SignedState state : signed) {
            if (!keys.verifies(state.canonical(), state.publicKey(), state.signature())) {
                problem.accept(state.sequence(), "The signature of its checkpoint is wrong");
            } else if (state.sequence() >= head.firstSequence()) {
                expected.put(state.sequence(), state);
                lastSigned = Math.max(lastSigned, state.sequence());
            }
        }
    }

    void accept(ChainedRow record) {
        SignedState state = expected.remove(record.sequence());
        if (state != null && !state.hash().equals(record.hash())) {
            problem.accept(record.sequence(), "It is not the record that was signed");
        }
    }

    /** @param lastRead the number of the last record there was */
    void end(long lastRead) {
        if (lastSigned > lastRead) {
            problem.accept(lastSigned, "Records " + (lastRead + 1) + " to " + lastSigned + " were signed and are gone");
        }
    }
}
