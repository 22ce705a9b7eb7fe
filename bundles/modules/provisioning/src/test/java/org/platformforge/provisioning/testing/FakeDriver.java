package org.platformforge.provisioning.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.platformforge.extension.api.driver.Driver;
import org.platformforge.extension.api.driver.DriverException;
import org.platformforge.extension.api.driver.Progress;
import org.platformforge.extension.api.driver.ResourceSpec;

/** An engine in memory that does what a test tells it: what it holds is known, and so is every call it got. */
public final class FakeDriver implements Driver {
    private final String engine;
    private final Set<String> types;
    private final Function<ResourceSpec, Map<String, String>> outputs;
    public final Map<String, ResourceSpec> held;
    public final List<String> calls = new CopyOnWriteArrayList<>();
    public final List<ResourceSpec> checked = new CopyOnWriteArrayList<>();
    public volatile List<Problem> problems = List.of();
    public volatile DriverException applyFailure;
    public volatile DriverException deleteFailure;
    public volatile RuntimeException defect;
    public volatile State state = State.RUNNING;
    public volatile CountDownLatch hold;
    public volatile boolean chatty;
    public volatile RuntimeException inventoryDefect;
    /** Questions are not answered. */
    public volatile RuntimeException unanswered;
    /** Its list is empty whatever it holds. */
    public volatile boolean unlisted;
    /** It confirms deletions and holds on. */
    public volatile boolean keeps;

    public FakeDriver(String engine, Set<String> types, Function<ResourceSpec, Map<String, String>> outputs) {
        this(engine, types, outputs, new ConcurrentHashMap<>());
    }

    /** @param held what the engine holds already */
    public FakeDriver(
            String engine,
            Set<String> types,
            Function<ResourceSpec, Map<String, String>> outputs,
            Map<String, ResourceSpec> held) {
        this.held = held;
        this.engine = engine;
        this.types = types;
        this.outputs = outputs;
    }

    /** Makes applications and workers. */
    public static FakeDriver process() {
        return new FakeDriver("process", Set.of("application", "worker"), spec -> Map.of("address", "127.0.0.1:40001"));
    }

    /** Makes routes. */
    public static FakeDriver gateway() {
        return new FakeDriver("gateway", Set.of("http-route"), spec -> {
            String host = spec.properties().get("host") + ".localhost";
            return Map.of("host", host, "url", "http://" + host + ":8181/");
        });
    }

    @Override
    public String engine() {
        return engine;
    }

    @Override
    public Set<String> resourceTypes() {
        return types;
    }

    @Override
    public List<Problem> check(ResourceSpec spec) {
        answer();
        checked.add(spec);
        return problems;
    }

    @Override
    public Observation apply(ResourceSpec spec, Progress progress) throws DriverException, InterruptedException {
        calls.add("apply " + spec.name());
        held.put(spec.id(), spec);
        progress.log("making " + spec.name());
        if (chatty) {
            progress.log("with " + spec.properties());
        }
        CountDownLatch wait = hold;
        if (wait != null) {
            while (wait.getCount() > 0 && !progress.cancelled()) {
                wait.await(20, TimeUnit.MILLISECONDS);
            }
            if (progress.cancelled()) {
                throw new DriverException("CANCELLED", "gave up", true, null);
            }
        }
        if (defect != null) {
            throw defect;
        }
        if (applyFailure != null) {
            throw applyFailure;
        }
        return observation(spec);
    }

    @Override
    public Optional<Observation> observe(String resourceId) {
        answer();
        return Optional.ofNullable(held.get(resourceId)).map(this::observation);
    }

    private void answer() {
        if (unanswered != null) {
            throw unanswered;
        }
    }

    private Observation observation(ResourceSpec spec) {
        return new Observation(state, "", outputs.apply(spec), Map.of("limits.memory", "none"));
    }

    @Override
    public void delete(String resourceId, Progress progress) throws DriverException {
        ResourceSpec spec = held.get(resourceId);
        calls.add("delete " + (spec == null ? "nothing" : spec.name()));
        if (deleteFailure != null) {
            throw deleteFailure;
        }
        if (!keeps) {
            held.remove(resourceId);
        }
    }

    @Override
    public List<Held> inventory() {
        answer();
        if (inventoryDefect != null) {
            throw inventoryDefect;
        }
        List<Held> all = new ArrayList<>();
        if (unlisted) {
            return all;
        }
        held.values().forEach(spec -> all.add(new Held(spec.id(), spec.tenantId(), spec.provisionId(), spec.name())));
        return all;
    }

    @Override
    public List<String> logs(String resourceId, int tail) {
        answer();
        return List.of("hello");
    }

    @Override
    public Optional<Usage> usage(String resourceId) {
        return Optional.empty();
    }
}
