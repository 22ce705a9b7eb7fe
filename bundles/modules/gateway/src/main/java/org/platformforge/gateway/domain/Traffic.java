package org.platformforge.gateway.domain;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.osgi.service.component.annotations.Component;

/**
 * Which upstream a request goes to, and how many are on their way to each. An upstream that refused a connection is passed
 * over for a second where there is another one. Thread-safe.
 */
@Component(service = Traffic.class)
public final class Traffic {
    private static final long SUSPICION_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long POLL_MILLIS = 10;
    /** Steps of the golden ratio spread the turns of each upstream instead of giving them in one go. */
    private static final long STRIDE = 0x9E3779B97F4A7C15L;

    private final AtomicLong turn = new AtomicLong();
    private final Map<String, Integer> inFlight = new ConcurrentHashMap<>();
    private final LongAdder failures = new LongAdder();
    private final Map<String, Long> suspects = new ConcurrentHashMap<>();

    /** Chooses an upstream for a request and counts it there until {@link #exit}. */
    public Upstream enter(Route route) {
        Upstream chosen = choose(route.upstreams());
        inFlight.merge(chosen.backend(), 1, Integer::sum);
        return chosen;
    }

    public void exit(Upstream upstream) {
        inFlight.computeIfPresent(upstream.backend(), (backend, count) -> count == 1 ? null : count - 1);
    }

    /** It did not take a connection. */
    public void suspect(Upstream upstream) {
        suspects.put(upstream.backend(), System.nanoTime());
        failures.increment();
    }

    /** How often an upstream did not take a connection, since the start. */
    public long failures() {
        return failures.sum();
    }

    /** Requests on their way now. */
    public int requests() {
        return inFlight.values().stream().mapToInt(Integer::intValue).sum();
    }

    private Upstream choose(List<Upstream> upstreams) {
        if (upstreams.size() == 1) {
            return upstreams.get(0);
        }
        List<Upstream> trusted = suspects.isEmpty()
                ? upstreams
                : upstreams.stream().filter(this::trusted).toList();
        int total = weight(trusted);
        List<Upstream> from = total == 0 ? upstreams : trusted;
        long slot =
                Long.remainderUnsigned(turn.getAndIncrement() * STRIDE >>> 16, total == 0 ? weight(upstreams) : total);
        for (Upstream upstream : from) {
            slot -= upstream.weight();
            if (slot < 0) {
                return upstream;
            }
        }
        return from.get(0);
    }

    private static int weight(List<Upstream> upstreams) {
        return upstreams.stream().mapToInt(Upstream::weight).sum();
    }

    private boolean trusted(Upstream upstream) {
        Long since = suspects.get(upstream.backend());
        if (since == null) {
            return true;
        }
        if (System.nanoTime() - since < SUSPICION_NANOS) {
            return false;
        }
        suspects.remove(upstream.backend(), since);
        return true;
    }

    /** Waits until none of these has a request on its way. @return whether that came to pass */
    boolean awaitIdle(Collection<String> backends, Duration patience) throws InterruptedException {
        long limit = System.nanoTime() + patience.toNanos();
        while (backends.stream().anyMatch(inFlight::containsKey)) {
            if (System.nanoTime() - limit > 0) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        return true;
    }
}
