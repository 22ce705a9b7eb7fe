package org.platformforge.delivery.testing;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.delivery.Artifacts;
import org.platformforge.kernel.api.delivery.Resources;
import org.platformforge.kernel.api.delivery.Sources;
import org.platformforge.kernel.api.jobs.OperationException;
import org.platformforge.kernel.api.jobs.StepContext;

/**
 * Engines and repositories in memory. Every change is a call with a number, and each can be made to fail, before or after
 * it took effect. Whatever happens, a route must lead to instances that are there: what breaks that is noted.
 */
public class FakeEngines implements Resources, Sources, Artifacts {
    /** When a call fails. */
    public enum Moment {
        BEFORE,
        AFTER
    }

    public final Map<String, Wanted> held = new ConcurrentHashMap<>();
    /** Everything that was ever asked for. */
    public final List<Wanted> applied = new CopyOnWriteArrayList<>();

    public final List<String> calls = new CopyOnWriteArrayList<>();
    public final List<String> violations = new CopyOnWriteArrayList<>();
    public final Map<String, String> states = new ConcurrentHashMap<>();
    /** At how many looks an instance that has traffic is not well, before it is. */
    public final AtomicInteger blinks = new AtomicInteger();

    public volatile String restarts = "0";
    public final AtomicInteger count = new AtomicInteger();
    public volatile int failing;
    public volatile Moment moment = Moment.BEFORE;
    public volatile boolean transientFailure;
    /** Calls that are not answered in time, however often they are made; whether they take effect {@link #moment} says. */
    public final Set<String> silent = ConcurrentHashMap.newKeySet();

    public volatile int holding;
    public volatile CountDownLatch reached = new CountDownLatch(1);
    public volatile String objection;
    /** What every repository holds. */
    public final Map<String, byte[]> files = new ConcurrentHashMap<>();

    /** Digests of artifacts that are not kept any more. */
    public final Set<String> lost = ConcurrentHashMap.newKeySet();
    /** How often it was asked what is kept. */
    public final AtomicInteger lookUps = new AtomicInteger();

    @Override
    public Artifact put(String tenantId, Path file) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Path file(String tenantId, String digest) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean exists(String tenantId, String digest) {
        return !lost.contains(digest);
    }

    @Override
    public Set<String> kept(String tenantId, Collection<String> digests) {
        lookUps.incrementAndGet();
        return digests.stream().filter(digest -> !lost.contains(digest)).collect(Collectors.toSet());
    }

    @Override
    public Optional<String> objection(String repository) {
        return Optional.ofNullable(objection);
    }

    @Override
    public Snapshot snapshot(String tenantId, String repository, String ref, String token)
            throws OperationException, InterruptedException {
        int number = begin("fetch " + ref, true);
        failAt(number, Moment.AFTER);
        answer("fetch " + ref, Moment.AFTER);
        return new Snapshot("c".repeat(40), "sha256:" + "a".repeat(64), 10);
    }

    @Override
    public List<String> list(String tenantId, String artifact) {
        return files.keySet().stream().sorted().toList();
    }

    @Override
    public Map<String, byte[]> read(String tenantId, String artifact, Set<String> paths) {
        return paths.stream().filter(files::containsKey).collect(Collectors.toMap(path -> path, files::get));
    }

    @Override
    public List<FieldError> objections(String tenantId, Wanted wanted) {
        return List.of();
    }

    @Override
    public Map<String, String> apply(StepContext context, Wanted wanted)
            throws OperationException, InterruptedException {
        int number = begin("apply " + wanted.name(), isDeployment(context));
        held.put(wanted.id(), wanted);
        applied.add(wanted);
        check();
        failAt(number, Moment.AFTER);
        answer("apply " + wanted.name(), Moment.AFTER);
        return outputs(wanted);
    }

    private static Map<String, String> outputs(Wanted wanted) {
        return switch (wanted.type()) {
            case "build" -> Map.of("artifact", "sha256:" + "b".repeat(64));
            case "http-route" -> Map.of("url", "http://" + wanted.properties().get("host") + ".localhost:8181/");
            default ->
                Map.of(
                        "address",
                        "127.0.0.1:" + (20_000 + Math.floorMod(wanted.id().hashCode(), 10_000)));
        };
    }

    @Override
    public void remove(StepContext context, String id) throws OperationException, InterruptedException {
        String name = Optional.ofNullable(held.get(id)).map(Wanted::name).orElse("nothing");
        int number = begin("remove " + name, isDeployment(context));
        held.remove(id);
        check();
        failAt(number, Moment.AFTER);
        answer("remove " + name, Moment.AFTER);
    }

    private static boolean isDeployment(StepContext context) {
        return context.operation().kind().equals("delivery.deploy");
    }

    /** @return 0 for what is not counted: the removal of earlier releases goes on beside the deployment that is tested */
    private int begin(String call, boolean counted) throws OperationException, InterruptedException {
        calls.add(call);
        answer(call, Moment.BEFORE);
        if (!counted) {
            return 0;
        }
        int number = count.incrementAndGet();
        if (number == holding) {
            reached.countDown();
            new CountDownLatch(1).await(30, TimeUnit.SECONDS);
        }
        failAt(number, Moment.BEFORE);
        return number;
    }

    private void answer(String call, Moment at) throws OperationException {
        if (at == moment && silent.contains(call)) {
            throw OperationException.transientFailure("ENGINE_TIMEOUT", "no answer to " + call, Duration.ZERO, null);
        }
    }

    private void failAt(int number, Moment at) throws OperationException {
        if (number > 0 && number == failing && at == moment) {
            throw transientFailure
                    ? OperationException.transientFailure("INJECTED", "an injected fault", Duration.ZERO, null)
                    : OperationException.fatal("INJECTED", "an injected fault", null);
        }
    }

    /** Whoever a route leads to is there. */
    private void check() {
        held.values().stream()
                .filter(wanted -> wanted.type().equals("http-route"))
                .flatMap(route -> backends(route).stream())
                .filter(backend -> !held.containsKey(backend))
                .forEach(backend -> violations.add("traffic to nothing after " + calls));
    }

    public static List<String> backends(Wanted route) {
        List<String> backends = new ArrayList<>();
        for (Object upstream : (List<?>) route.properties().get("upstreams")) {
            backends.add((String) ((Map<?, ?>) upstream).get("backend"));
        }
        return backends;
    }

    /** To which instances traffic goes now. */
    public List<String> traffic() {
        return held.values().stream()
                .filter(wanted -> wanted.type().equals("http-route"))
                .flatMap(route -> backends(route).stream())
                .sorted()
                .toList();
    }

    /** Ids of all there is, but routes. */
    public List<String> instances() {
        return held.values().stream()
                .filter(wanted -> !wanted.type().equals("http-route"))
                .map(Wanted::id)
                .sorted()
                .toList();
    }

    @Override
    public Optional<Seen> find(String tenantId, String id) {
        return Optional.ofNullable(held.get(id)).map(this::seen);
    }

    private Seen seen(Wanted wanted) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("restarts", restarts);
        return new Seen(
                wanted.id(),
                wanted.owner(),
                wanted.name(),
                wanted.type(),
                "test",
                blinks(wanted.id()) ? "failed" : states.getOrDefault(wanted.id(), states.getOrDefault("*", "running")),
                "",
                outputs(wanted),
                facts,
                null,
                Instant.now());
    }

    private boolean blinks(String id) {
        return traffic().contains(id) && blinks.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
    }

    @Override
    public List<String> logs(String tenantId, String id, int tail) {
        return List.of();
    }
}
