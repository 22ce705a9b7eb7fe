package org.platformforge.kernel.http.health;

import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.http.generation.Generation;
import org.platformforge.kernel.http.generation.GenerationRegistry;

/** What the serving generations have answered since they serve. Thread-safe. */
@Component(service = Traffic.class)
public final class Traffic {
    private final GenerationRegistry registry;

    /** @param meanMillis of all requests, 0 when there was none */
    public record ModuleTraffic(
            String name, String version, long requests, long clientErrors, long serverErrors, double meanMillis) {}

    @Activate
    public Traffic(@Reference GenerationRegistry registry) {
        this.registry = registry;
    }

    public List<ModuleTraffic> byModule() {
        return registry.board().serving().stream().map(Traffic::of).toList();
    }

    private static ModuleTraffic of(Generation generation) {
        Generation.Traffic traffic = generation.traffic();
        double mean = traffic.requests() == 0 ? 0 : traffic.nanos() / 1e6 / traffic.requests();
        return new ModuleTraffic(
                generation.symbolicName(),
                generation.version().toString(),
                traffic.requests(),
                traffic.clientErrors(),
                traffic.serverErrors(),
                Math.round(mean * 1000) / 1000.0);
    }
}
