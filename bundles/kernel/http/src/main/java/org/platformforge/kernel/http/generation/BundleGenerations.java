package org.platformforge.kernel.http.generation;

import java.time.Duration;
import java.util.Optional;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.module.Generations;

/** What the other bundles may know of the generations. Thread-safe. */
@Component(service = Generations.class)
public final class BundleGenerations implements Generations {
    private final BundleContext context;
    private final GenerationRegistry registry;

    @Activate
    public BundleGenerations(BundleContext context, @Reference GenerationRegistry registry) {
        this.context = context;
        this.registry = registry;
    }

    @Override
    public Stage stage(long bundleId) {
        return registry.stages().of(bundleId);
    }

    @Override
    public void addListener(Runnable changed) {
        registry.stages().addListener(changed);
    }

    @Override
    public void removeListener(Runnable changed) {
        registry.stages().removeListener(changed);
    }

    @Override
    public boolean serving(long bundleId) {
        Bundle bundle = context.getBundle(bundleId);
        if (bundle == null) {
            return false;
        }
        return registry.serving(bundleId).isPresent() || !registry.hasResources(bundle);
    }

    @Override
    public int routes(long bundleId) {
        return registry.serving(bundleId)
                .map(generation -> generation.routes().size())
                .orElse(0);
    }

    @Override
    public Optional<String> problem(long bundleId) {
        return serving(bundleId) ? Optional.empty() : registry.problem(bundleId);
    }

    @Override
    public boolean hopeless(long bundleId) {
        return registry.isHopeless(bundleId);
    }

    @Override
    public int inFlight(long bundleId) {
        return registry.serving(bundleId)
                .map(generation -> generation.inFlight().count())
                .orElse(0);
    }

    @Override
    public boolean drain(long bundleId, Duration patience) throws InterruptedException {
        Optional<Generation> generation = registry.serving(bundleId);
        if (generation.isEmpty()) {
            return true;
        }
        InFlight inFlight = generation.get().inFlight();
        inFlight.close();
        boolean empty = inFlight.awaitEmpty(patience);
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        return empty;
    }
}
