package org.platformforge.gateway.domain;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.gateway.store.AnswerRepository;
import org.platformforge.kernel.api.delivery.AnswerCounts;
import org.platformforge.kernel.api.store.Store;

/**
 * Counts the answers of each application in memory and writes what has changed every few seconds, and before it is asked for;
 * so a figure that was once given is never taken back. Thread-safe.
 */
@Component(service = {AnswerCounter.class, AnswerCounts.class})
public final class AnswerCounter implements AnswerCounts {
    /** Of {@value Flusher#SECONDS} seconds each: what was not asked anything for so long is forgotten here; its row stays. */
    private static final int IDLE_FLUSHES = 720;

    private record Key(String tenantId, String backend) {}

    private record Part(Key key, String part, Count count) {}

    /** Guarded by its entry in the map. */
    private static final class Tally {
        private final String part = UUID.randomUUID().toString();
        private long requests;
        private long errors;
        private long written;
        private int idle;
    }

    private final Store store;
    private final AnswerRepository repository;
    private final Flusher flusher;
    private final Map<Key, Tally> tallies = new ConcurrentHashMap<>();
    private final Object writing = new Object();

    @Activate
    public AnswerCounter(@Reference Store store, @Reference AnswerRepository repository) {
        this.store = store;
        this.repository = repository;
        flusher = new Flusher("counts", this::flush);
    }

    /** Writes what is left. */
    @Deactivate
    public void close() {
        flusher.close();
        flusher.now();
    }

    /** @param error whether the answer was 500 or above, or did not come */
    public void count(String tenantId, String backend, boolean error) {
        tallies.compute(new Key(tenantId, backend), (key, known) -> {
            Tally tally = known == null ? new Tally() : known;
            tally.requests++;
            tally.errors += error ? 1 : 0;
            return tally;
        });
    }

    @Override
    public Map<String, Count> of(String tenantId, Collection<String> backends) {
        write(key -> key.tenantId().equals(tenantId) && backends.contains(key.backend()));
        return store.call(tenantId, tx -> repository.of(tx, tenantId, backends));
    }

    /** One at a time, so that an older figure never replaces a newer one. */
    private void write(Predicate<Key> wanted) {
        synchronized (writing) {
            List<Part> changed = new ArrayList<>();
            tallies.keySet().stream()
                    .filter(wanted)
                    .forEach(key -> tallies.computeIfPresent(key, (same, tally) -> {
                        if (tally.requests != tally.written) {
                            changed.add(new Part(key, tally.part, new Count(tally.requests, tally.errors)));
                        }
                        return tally;
                    }));
            if (changed.isEmpty()) {
                return;
            }
            store.run(Store.ALL_TENANTS, tx -> {
                for (Part one : changed) {
                    repository.save(tx, one.key().tenantId(), one.key().backend(), one.part(), one.count());
                }
            });
            changed.forEach(one -> tallies.computeIfPresent(one.key(), (same, tally) -> {
                tally.written = one.count().requests();
                tally.idle = 0;
                return tally;
            }));
        }
    }

    private void flush() {
        write(key -> true);
        tallies.keySet()
                .forEach(key -> tallies.computeIfPresent(
                        key,
                        (same, tally) ->
                                tally.requests == tally.written && ++tally.idle > IDLE_FLUSHES ? null : tally));
    }
}
