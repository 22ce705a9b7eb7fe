package org.platformforge.kernel.http.felix;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.osgi.framework.Bundle;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.extension.ExtensionRouting;

/** Which bundle serves whom, as the test says; calls run on threads of their own. */
final class TestRouting implements ExtensionRouting, AutoCloseable {
    record Told(Selection selection, String tenantId, int status) {}

    private record Assigned(Selection main, Selection canary, int percent) {}

    final List<Told> told = new CopyOnWriteArrayList<>();
    volatile boolean settled = true;
    private final Map<String, Assigned> assigned = new ConcurrentHashMap<>();
    private final ExecutorService threads =
            Executors.newCachedThreadPool(task -> new Thread(task, "extension-" + System.identityHashCode(task)));

    void assign(String tenantId, String extensionId, Bundle bundle) {
        assigned.put(tenantId + " " + extensionId, new Assigned(selection(extensionId, bundle, false), null, 0));
    }

    void assign(String tenantId, String extensionId, Bundle main, Bundle canary, int percent) {
        assigned.put(
                tenantId + " " + extensionId,
                new Assigned(selection(extensionId, main, false), selection(extensionId, canary, true), percent));
    }

    void unassign(String tenantId, String extensionId) {
        assigned.remove(tenantId + " " + extensionId);
    }

    private static Selection selection(String extensionId, Bundle bundle, boolean canary) {
        return new Selection(extensionId, bundle.getVersion().toString(), "sha", bundle.getBundleId(), canary);
    }

    @Override
    public Optional<Selection> select(String tenantId, String extensionId, String stickiness) {
        return Optional.ofNullable(assigned.get(tenantId + " " + extensionId))
                .map(now -> now.canary != null && Math.floorMod(stickiness.hashCode(), 100) < now.percent
                        ? now.canary
                        : now.main);
    }

    @Override
    public boolean settled() {
        return settled;
    }

    @Override
    public Optional<String> extension(long bundleId) {
        return Optional.empty();
    }

    @Override
    public boolean visible(long bundleId, String tenantId) {
        return true;
    }

    @Override
    public <T> T call(long bundleId, Caller caller, Callable<T> work) throws Exception {
        try {
            return threads.submit(work).get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception failure) {
                throw failure;
            }
            throw (Error) e.getCause();
        }
    }

    @Override
    public void answered(Selection selection, String tenantId, int status, long nanos) {
        told.add(new Told(selection, tenantId, status));
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
