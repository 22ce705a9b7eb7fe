package org.platformforge.gateway.domain;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.gateway.store.MetricRepository;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.metrics.DurationHistogram;
import org.platformforge.kernel.api.store.Store;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures requests in memory and writes each minute when it is over, and all there is when the module goes: each
 * generation of the module what it has measured itself, also when another one acts by then. What cannot be written is kept
 * and tried again, up to a bound; then the oldest is lost, and the log says so. Thread-safe.
 */
@Component(service = MetricRecorder.class)
public final class MetricRecorder {
    /** What is measured together. */
    record Key(String tenantId, String service, String environment, long epochMinute) {}

    private static final Logger LOG = LoggerFactory.getLogger(MetricRecorder.class);
    private static final int MAX_PENDING = 10_000;
    private static final int MINUTE_MILLIS = 60_000;

    /** First digits of a status, from 1. */
    public static final int CLASSES = 6;

    private final DurationHistogram[] all = new DurationHistogram[CLASSES];
    private final Store store;
    private final MetricRepository repository;
    private final Clock clock;
    private final Flusher flusher;
    private final Map<Key, MeasurementWindow> open = new ConcurrentHashMap<>();
    /** Closed and not yet written; what is written leaves it only then, so that no reader misses it. */
    private final List<Measurement> pending = new ArrayList<>();

    @Activate
    public MetricRecorder(@Reference Store store, @Reference MetricRepository repository) {
        this(store, repository, Clock.systemUTC());
    }

    MetricRecorder(Store store, MetricRepository repository, Clock clock) {
        this.store = store;
        this.repository = repository;
        this.clock = clock;
        Arrays.setAll(all, statusClass -> new DurationHistogram());
        flusher = new Flusher("measurements", this::flush);
    }

    /** Writes what is left. */
    @Deactivate
    public void close() {
        flusher.close();
        collect(key -> true);
        flusher.now();
    }

    /** @param micros time until the head of the answer, in microseconds */
    public void record(Route route, int status, long micros) {
        all[Math.min(CLASSES - 1, Math.max(1, status / 100))].record(TimeUnit.MICROSECONDS.toNanos(micros));
        Key key = new Key(route.tenantId(), route.service(), route.environment(), epochMinute());
        while (!open.computeIfAbsent(key, any -> new MeasurementWindow()).add(status, micros)) {
            // it was closed just now; its successor takes the request
            Thread.onSpinWait();
        }
    }

    /** All answers since the start. @param statusClass the first digit of their status, 1 to 5 */
    public DurationHistogram all(int statusClass) {
        return all[statusClass];
    }

    /** What a service was measured with and is not written yet. */
    List<Measurement> unwritten(String tenantId, String service) {
        List<Measurement> found = new ArrayList<>();
        synchronized (pending) {
            open.forEach((key, window) -> window.peek(key).ifPresent(found::add));
            found.addAll(pending);
        }
        found.removeIf(one -> !one.tenantId().equals(tenantId) || !one.service().equals(service));
        return found;
    }

    long epochMinute() {
        return clock.millis() / MINUTE_MILLIS;
    }

    /** Writes the minutes that are over. */
    void flush() {
        long now = epochMinute();
        collect(key -> key.epochMinute() < now);
        List<Measurement> batch;
        synchronized (pending) {
            batch = List.copyOf(pending);
        }
        if (!batch.isEmpty()) {
            write(batch);
            synchronized (pending) {
                pending.removeAll(batch);
            }
        }
    }

    private void collect(Predicate<Key> over) {
        synchronized (pending) {
            BiFunction<Key, MeasurementWindow, MeasurementWindow> take = (key, window) -> {
                Optional<Measurement> taken = window.close(key);
                taken.ifPresent(pending::add);
                return null;
            };
            open.keySet().stream().filter(over).toList().forEach(key -> open.computeIfPresent(key, take));
            int excess = pending.size() - MAX_PENDING;
            if (excess > 0) {
                pending.subList(0, excess).clear();
                LOG.warn("{} measurements are lost because they could not be written for too long", excess);
            }
        }
    }

    /** Parts have names of their own, so a batch whose commit was not seen is written a second time part by part. */
    private void write(List<Measurement> batch) {
        try {
            store.run(Store.ALL_TENANTS, tx -> repository.insert(tx, batch));
        } catch (PlatformException e) {
            if (e.kind() != ErrorKind.CONFLICT) {
                throw e;
            }
            batch.forEach(this::writeOnce);
        }
    }

    private void writeOnce(Measurement one) {
        try {
            store.run(Store.ALL_TENANTS, tx -> repository.insert(tx, List.of(one)));
        } catch (PlatformException e) {
            if (e.kind() != ErrorKind.CONFLICT) {
                throw e;
            }
        }
    }
}
