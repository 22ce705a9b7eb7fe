package org.platformforge.kernel.store.testing;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.platformforge.kernel.api.module.Generations;

/** Stages of bundles as a test says. */
public final class TestGenerations implements Generations {
    private final Map<Long, Stage> stages = new ConcurrentHashMap<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    /** All of them at once, as the kernel does. */
    public void become(Map<Long, Stage> changed) {
        stages.putAll(changed);
        listeners.forEach(Runnable::run);
    }

    public int listeners() {
        return listeners.size();
    }

    @Override
    public Stage stage(long bundleId) {
        return stages.getOrDefault(bundleId, Stage.ACTING);
    }

    @Override
    public void addListener(Runnable changed) {
        listeners.add(changed);
    }

    @Override
    public void removeListener(Runnable changed) {
        listeners.remove(changed);
    }

    @Override
    public boolean serving(long bundleId) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int routes(long bundleId) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<String> problem(long bundleId) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean hopeless(long bundleId) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int inFlight(long bundleId) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean drain(long bundleId, Duration patience) {
        throw new UnsupportedOperationException();
    }
}
