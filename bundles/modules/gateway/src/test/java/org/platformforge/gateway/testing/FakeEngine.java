package org.platformforge.gateway.testing;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.platformforge.extension.api.driver.Driver;
import org.platformforge.extension.api.driver.Progress;
import org.platformforge.extension.api.driver.ResourceSpec;

/** An engine that holds one resource in a state a test sets. */
public class FakeEngine implements Driver {
    private final String resourceId;
    public volatile State state = State.RUNNING;
    public volatile Usage usage = new Usage(0.5, null, 1024L, null);

    public FakeEngine(String resourceId) {
        this.resourceId = resourceId;
    }

    @Override
    public String engine() {
        return "test";
    }

    @Override
    public Set<String> resourceTypes() {
        return Set.of("application");
    }

    @Override
    public List<Problem> check(ResourceSpec spec) {
        return List.of();
    }

    @Override
    public Observation apply(ResourceSpec spec, Progress progress) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Observation> observe(String id) {
        return id.equals(resourceId) ? Optional.of(new Observation(state, "", Map.of(), Map.of())) : Optional.empty();
    }

    @Override
    public void delete(String id, Progress progress) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Held> inventory() {
        return List.of();
    }

    @Override
    public List<String> logs(String id, int tail) {
        return List.of();
    }

    @Override
    public Optional<Usage> usage(String id) {
        return id.equals(resourceId) ? Optional.of(usage) : Optional.empty();
    }
}
