package org.platformforge.provisioning.domain;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.health.HealthCheck;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.provisioning.store.ResourceRepository;

/** Says when resources are held by an engine that is not there: nobody can look after them then, or delete them. */
@Component(service = HealthCheck.class)
public final class EngineHealth implements HealthCheck {
    private static final long FRESH_NANOS = Duration.ofSeconds(5).toNanos();

    private record Counted(Map<String, Long> byEngine, Map<DriverRegistry.Post, Long> ofExtensions, long atNanos) {}

    private final Store store;
    private final ResourceRepository resources;
    private final DriverRegistry drivers;
    private volatile Counted counted;

    @Activate
    public EngineHealth(
            @Reference Store store, @Reference ResourceRepository resources, @Reference DriverRegistry drivers) {
        this.store = store;
        this.resources = resources;
        this.drivers = drivers;
    }

    @Override
    public String name() {
        return "provisioning";
    }

    @Override
    public Health check() {
        Counted held;
        try {
            held = held();
        } catch (PlatformException e) {
            return Health.unhealthy(e.getMessage());
        }
        Map<String, Long> orphaned = new TreeMap<>(held.byEngine());
        Set<DriverRegistry.Post> there = drivers.ofExtensions();
        Map<String, Long> lost = new TreeMap<>();
        held.ofExtensions().forEach((post, count) -> {
            if (!there.contains(post)) {
                lost.merge(post.engine(), count, Long::sum);
            }
        });
        orphaned.keySet().removeIf(DriverRegistry::isOfExtension);
        orphaned.keySet().removeAll(drivers.engines());
        orphaned.putAll(lost);
        if (orphaned.isEmpty()) {
            return Health.healthy();
        }
        TreeSet<String> sentences = new TreeSet<>();
        orphaned.forEach((engine, count) ->
                sentences.add(count + " resources are held by the engine " + engine + ", which is not installed"));
        return Health.unhealthy(String.join("; ", sentences));
    }

    /** Counted in the database at most every five seconds. */
    private Counted held() {
        Counted last = counted;
        if (last == null || System.nanoTime() - last.atNanos() > FRESH_NANOS) {
            last = store.call(
                    Store.ALL_TENANTS,
                    tx -> new Counted(resources.countByEngine(tx), resources.countOfExtensions(tx), System.nanoTime()));
            counted = last;
        }
        return last;
    }
}
