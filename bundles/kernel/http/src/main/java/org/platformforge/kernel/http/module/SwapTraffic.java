package org.platformforge.kernel.http.module;

import java.util.Optional;
import org.platformforge.kernel.http.generation.Generation;

/**
 * What the clients of a module were answered while another version took its place: from before that version was installed to
 * the end of the old one. For one thread; the generations go on counting.
 */
final class SwapTraffic {
    private final Optional<Generation> old;
    private final Generation.Traffic before;

    /** @param failed answers of the status 500 or above */
    record Seen(long requests, long failed) {}

    private SwapTraffic(Optional<Generation> old) {
        this.old = old;
        this.before = old.map(Generation::traffic).orElse(null);
    }

    /** @param old what serves now; empty for a module without routes */
    static SwapTraffic from(Optional<Generation> old) {
        return new SwapTraffic(old);
    }

    /** @param fresh what serves now, which served nothing before */
    Seen until(Optional<Generation> fresh) {
        Generation.Traffic now = fresh.map(Generation::traffic).orElse(new Generation.Traffic(0, 0, 0, 0));
        if (old.isEmpty()) {
            return new Seen(now.requests(), now.serverErrors());
        }
        Generation.Traffic left = old.get().traffic();
        return new Seen(
                now.requests() + left.requests() - before.requests(),
                now.serverErrors() + left.serverErrors() - before.serverErrors());
    }
}
