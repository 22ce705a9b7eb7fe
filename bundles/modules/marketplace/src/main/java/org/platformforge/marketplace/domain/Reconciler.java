package org.platformforge.marketplace.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.extension.ExtensionRuntime;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.marketplace.store.InstallationTable;
import org.platformforge.marketplace.store.InstallationTable.Change;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings this node's runtime in line with the records: all of them at first, then those that changed, whoever changed
 * them. What fails is kept with the installation, told to the log once, and tried again; it stops nothing else. Used by
 * one thread, which has help when everything is to be started.
 */
@Component(service = Reconciler.class)
public final class Reconciler {
    private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);
    private static final String NOT_SERVED = "The extension {} of the tenant {} is not served: {}";

    /** Transactions commit in another order than they began: changes are looked for this far back. */
    private static final Duration OVERLAP = Duration.ofSeconds(60);

    /** Threads beside the own one. More only wait for the framework's lock. */
    private static final int HELPERS = 2;

    private final Store store;
    private final InstallationTable installations;
    private final RuntimeDirector director;
    private final ExtensionRuntime runtime;
    private final Map<Key, Long> seen = new HashMap<>();
    private final Map<Key, String> problems = new ConcurrentHashMap<>();

    /** Those of the problems that are somebody's will. */
    private final Set<Key> stops = ConcurrentHashMap.newKeySet();

    private Instant since;

    private record Key(String tenantId, String extensionId) {}

    @Activate
    public Reconciler(
            @Reference Store store,
            @Reference InstallationTable installations,
            @Reference RuntimeDirector director,
            @Reference ExtensionRuntime runtime) {
        this.store = store;
        this.installations = installations;
        this.director = director;
        this.runtime = runtime;
    }

    /** Everything. */
    void all() {
        List<Installation> rows = store.call(Store.ALL_TENANTS, tx -> {
            since = tx.now();
            for (Change change : installations.changes(tx, tx.now().minus(OVERLAP))) {
                seen.put(new Key(change.tenantId(), change.extensionId()), change.revision());
            }
            return installations.all(tx);
        });
        Set<Key> recorded = new LinkedHashSet<>();
        rows.forEach(row -> recorded.add(new Key(row.tenantId(), row.extensionId())));
        if (!sideBySide(recorded)) {
            return;
        }
        runtime.settle();
        Set<String> running = new TreeSet<>();
        runtime.running().forEach(release -> running.add(release.extensionId()));
        runtime.assignments().stream()
                .filter(there -> !recorded.contains(new Key(there.tenantId(), there.extensionId())))
                .forEach(there -> bring(there.tenantId(), there.extensionId()));
        running.forEach(director::tidy);
        problems.keySet().retainAll(recorded);
        stops.retainAll(recorded);
    }

    /**
     * A start waits for the framework, the component runtime and the database in turn: some at once take less long.
     *
     * @return false when the module is being stopped
     */
    private boolean sideBySide(Set<Key> keys) {
        Queue<Key> left = new ConcurrentLinkedQueue<>(keys);
        AtomicReference<RuntimeException> failure = new AtomicReference<>();
        Runnable work = () -> {
            try {
                Key key = left.poll();
                while (key != null && !Thread.currentThread().isInterrupted()) {
                    bring(key, director::bring);
                    key = left.poll();
                }
            } catch (RuntimeException e) {
                left.clear();
                failure.compareAndSet(null, e);
            }
        };
        List<Thread> helpers = IntStream.range(0, Math.min(HELPERS, keys.size() - 1))
                .mapToObj(number -> new Thread(work, "marketplace-reconciler-" + (number + 1)))
                .toList();
        helpers.forEach(helper -> {
            helper.setDaemon(true);
            helper.start();
        });
        work.run();
        boolean whole = joined(helpers);
        if (failure.get() != null) {
            throw failure.get();
        }
        return whole;
    }

    private static boolean joined(List<Thread> helpers) {
        try {
            for (Thread helper : helpers) {
                helper.join();
            }
            return !Thread.currentThread().isInterrupted();
        } catch (InterruptedException e) {
            helpers.forEach(Thread::interrupt);
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** What changed since the last look. */
    void poll() {
        List<Change> changes = store.call(Store.ALL_TENANTS, tx -> {
            List<Change> found = installations.changes(tx, since.minus(OVERLAP));
            since = tx.now();
            return found;
        });
        Set<Key> recent = new LinkedHashSet<>();
        Set<String> brought = new TreeSet<>();
        for (Change change : changes) {
            Key key = new Key(change.tenantId(), change.extensionId());
            recent.add(key);
            if (!Objects.equals(seen.put(key, change.revision()), change.revision())) {
                bring(key.tenantId(), key.extensionId());
                brought.add(key.extensionId());
            }
        }
        seen.keySet().retainAll(recent);
        // a release leaves the platform's process with the last of its tenants; the others can follow it now
        stops.stream()
                .filter(key -> brought.contains(key.extensionId()))
                .forEach(key -> bring(key.tenantId(), key.extensionId()));
    }

    /** Those that failed are tried again: the reason may be gone. */
    void retry() {
        List.copyOf(problems.keySet()).forEach(key -> bring(key.tenantId(), key.extensionId()));
    }

    private void bring(String tenantId, String extensionId) {
        bring(new Key(tenantId, extensionId), director::apply);
    }

    private void bring(Key key, BiConsumer<String, String> work) {
        try {
            work.accept(key.tenantId(), key.extensionId());
            stops.remove(key);
            note(key, null, false);
        } catch (PlatformException e) {
            boolean stop = Standing.isStop(e);
            if (stop) {
                stops.add(key);
            }
            note(key, e.getMessage(), stop);
        } catch (RuntimeException e) {
            // a defect in the runtime or in one record must not keep the others from being served
            LOG.debug("{} of {} cannot be served", key.extensionId(), key.tenantId(), e);
            note(key, "The platform failed to start it: " + e.getClass().getSimpleName(), false);
        }
    }

    /** @param problem null when there is none any more @param wanted whether an operator wanted it so, which is no warning */
    private void note(Key key, String problem, boolean wanted) {
        String before = problem == null ? problems.remove(key) : problems.put(key, problem);
        if (Objects.equals(before, problem)) {
            return;
        }
        if (problem != null && wanted) {
            LOG.info(NOT_SERVED, key.extensionId(), key.tenantId(), problem);
        } else if (problem != null) {
            LOG.warn(NOT_SERVED, key.extensionId(), key.tenantId(), problem);
        }
        store.run(key.tenantId(), tx -> {
            Installation row =
                    installations.find(tx, key.tenantId(), key.extensionId()).orElse(null);
            if (row != null) {
                installations.problem(tx, key.tenantId(), row.id(), problem);
            }
        });
    }
}
