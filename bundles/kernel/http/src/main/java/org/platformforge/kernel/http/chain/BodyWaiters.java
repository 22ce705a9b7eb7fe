package org.platformforge.kernel.http.chain;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;

/**
 * Bounds how many requests wait for bodies that have not arrived. Each holds one of the server's threads, of which there
 * are 200: a client that sends slowly may hold half of them, and all such clients together leave some for the others. Thread-safe.
 */
final class BodyWaiters {
    private static final java.time.Duration COME_AGAIN = java.time.Duration.ofSeconds(1);

    private final int perClient;
    private final int inAll;
    private final ConcurrentMap<String, Integer> waiting = new ConcurrentHashMap<>();
    private final AtomicInteger all = new AtomicInteger();

    /** Waits for one body until it is closed. */
    interface Place extends AutoCloseable {
        @Override
        void close();
    }

    BodyWaiters(int perClient, int inAll) {
        this.perClient = perClient;
        this.inAll = inAll;
    }

    /**
     * @param client who sends the body
     * @throws PlatformException RATE_LIMITED when the client, or all of them, wait too often already
     */
    Place enter(String client) {
        boolean own = waiting.merge(client, 1, Integer::sum) <= perClient;
        boolean any = all.incrementAndGet() <= inAll;
        if (own && any) {
            return () -> leave(client);
        }
        leave(client);
        throw PlatformException.of(ErrorKind.RATE_LIMITED, "Too many requests are waiting for the rest of their bodies")
                .withRetryAfter(COME_AGAIN);
    }

    private void leave(String client) {
        all.decrementAndGet();
        waiting.computeIfPresent(client, (name, count) -> count == 1 ? null : count - 1);
    }
}
