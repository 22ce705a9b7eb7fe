package org.platformforge.deployments.domain;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.delivery.CanaryStage;
import org.platformforge.kernel.api.delivery.Delivery;
import org.platformforge.kernel.api.delivery.DeployRequest;
import org.platformforge.kernel.api.delivery.Release;
import org.platformforge.kernel.api.delivery.Release.Status;
import org.platformforge.kernel.api.delivery.Resources;
import org.platformforge.kernel.api.delivery.Resources.Seen;
import org.platformforge.kernel.api.delivery.Sources;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.OperationException;
import org.platformforge.kernel.api.jobs.StepContext;

/** Delivery, engines and repositories of a test: a release goes on when the test says so. */
final class FakeWorld implements Delivery, Sources {
    static final String COMMIT = "c".repeat(40);
    static final String SOURCE = "sha256:" + "a".repeat(64);
    static final String BUILT = "sha256:" + "b".repeat(64);

    final List<DeployRequest> requests = new CopyOnWriteArrayList<>();
    final Map<String, String> files = new TreeMap<>();
    final Map<String, String> missing = new HashMap<>();
    final Map<String, List<String>> written = new ConcurrentHashMap<>();
    final List<String> present = new CopyOnWriteArrayList<>();
    volatile OperationException fetchFailure;
    volatile PlatformException refusal;
    /** Counted down by the next fetch, which then goes on for ever; null for none. */
    volatile CountDownLatch fetching;

    volatile boolean keepsInstances;
    /** Digests of artifacts that are not kept any more. */
    final Set<String> gone = ConcurrentHashMap.newKeySet();
    /** Whether the next release is begun without a word of it. */
    volatile boolean forgetful;
    /** What is seen of targets, however old it is; null for what is. */
    volatile Optional<Target> frozen;

    private final Supplier<Instant> clock;
    private final AtomicInteger count = new AtomicInteger();
    private final List<Release> releases = new ArrayList<>();
    private final Map<String, String> current = new HashMap<>();

    /** @param clock the database's */
    FakeWorld(Supplier<Instant> clock) {
        this.clock = clock;
    }

    private Release release(Caller caller, DeployRequest request, Integer rollbackOf, String artifact, Instant at) {
        int number = (int) releases.stream()
                        .filter(one -> one.service().equals(request.service()))
                        .count()
                + 1;
        return new Release(
                "rel-%03d".formatted(count.incrementAndGet()),
                caller.tenantId(),
                request.service(),
                request.environment(),
                number,
                request.version() == null ? "v" + number : request.version(),
                request.source().repository(),
                request.source().ref(),
                COMMIT,
                artifact,
                request.build(),
                request.run().withoutSecrets(),
                request.scale(),
                request.rollout(),
                Status.PENDING,
                rollbackOf,
                "op-unknown",
                null,
                caller.subject(),
                at,
                null);
    }

    @Override
    public synchronized Release deploy(Caller caller, DeployRequest request) {
        if (refusal != null) {
            throw refusal;
        }
        requests.add(request);
        Release made = release(caller, request, null, request.source().artifact(), clock.get());
        releases.add(made);
        if (forgetful) {
            forgetful = false;
            throw PlatformException.of(ErrorKind.UNAVAILABLE, "The node is gone before it could tell");
        }
        return made;
    }

    @Override
    public synchronized Release rollback(Caller caller, String service, String environment, Integer number) {
        Release old = releases.stream()
                .filter(one -> one.service().equals(service) && (number == null || one.number() == number))
                .findFirst()
                .orElseThrow(() -> PlatformException.notFound("Release", "v" + number));
        if (gone.contains(old.artifact())) {
            throw PlatformException.of(ErrorKind.CONFLICT, "Not kept any more").withCode(ARTIFACT_GONE);
        }
        DeployRequest request = new DeployRequest(
                service,
                environment,
                old.version(),
                new DeployRequest.Source(old.repository(), old.ref(), null, old.artifact()),
                old.build(),
                old.run(),
                old.scale(),
                old.rollout());
        requests.add(request);
        Release made = release(caller, request, old.number(), old.artifact(), clock.get());
        releases.add(made);
        return made;
    }

    @Override
    public Set<String> returnable(String tenantId, Collection<Release> some) {
        return some.stream()
                .filter(one -> one.status() == Status.SUPERSEDED && !gone.contains(one.artifact()))
                .map(Release::id)
                .collect(Collectors.toSet());
    }

    /** The newest release of all becomes this. */
    synchronized Release become(Status status, Operation.Failure error) {
        Release changed = with(releases.get(releases.size() - 1), status, error);
        releases.set(releases.size() - 1, changed);
        if (status == Status.ACTIVE) {
            String before = current.get(changed.service());
            releases.replaceAll(one -> one.id().equals(before) ? with(one, Status.SUPERSEDED, null) : one);
            current.put(changed.service(), changed.id());
            present.clear();
            present.add("res-" + changed.id());
        }
        return changed;
    }

    private Release with(Release last, Status status, Operation.Failure error) {
        return new Release(
                last.id(),
                last.tenantId(),
                last.service(),
                last.environment(),
                last.number(),
                last.version(),
                last.repository(),
                last.ref(),
                last.commit(),
                status == Status.PENDING || status == Status.BUILDING ? null : BUILT,
                last.build(),
                last.run(),
                last.scale(),
                last.rollout(),
                status,
                last.rollbackOf(),
                last.operationId(),
                error,
                last.createdBy(),
                last.createdAt(),
                status.running() ? null : clock.get());
    }

    @Override
    public synchronized Optional<Release> find(String tenantId, String releaseId) {
        return releases.stream()
                .filter(one -> one.tenantId().equals(tenantId) && one.id().equals(releaseId))
                .findFirst();
    }

    @Override
    public List<CanaryStage> canary(String tenantId, String releaseId) {
        return List.of();
    }

    @Override
    public synchronized Page<Release> releases(String tenantId, String service, String environment, PageRequest page) {
        List<Release> found = new ArrayList<>();
        releases.stream()
                .filter(one -> one.tenantId().equals(tenantId) && one.service().equals(service))
                .forEach(one -> found.add(0, one));
        return new Page<>(found.subList(0, Math.min(page.limit(), found.size())), found.size(), Optional.empty());
    }

    @Override
    public List<Target> targets(String tenantId, String service) {
        return target(tenantId, service, "default").stream().toList();
    }

    @Override
    public synchronized Optional<Target> target(String tenantId, String service, String environment) {
        if (frozen != null) {
            return frozen;
        }
        List<Release> own = releases.stream()
                .filter(one -> one.tenantId().equals(tenantId) && one.service().equals(service))
                .toList();
        if (own.isEmpty()) {
            return Optional.empty();
        }
        Release serving = own.stream()
                .filter(one -> one.id().equals(current.get(service)))
                .findFirst()
                .orElse(null);
        Release rolling =
                own.stream().filter(one -> one.status().running()).findFirst().orElse(null);
        List<Seen> instances = serving == null
                ? List.of()
                : present.stream().map(this::instance).toList();
        return Optional.of(new Target(
                service, environment, serving, rolling, serving == null ? null : "http://x.localhost/", instances));
    }

    private Seen instance(String id) {
        return new Seen(
                id,
                "owner",
                "instance-1",
                "application",
                "process",
                "running",
                "",
                Map.of("address", "127.0.0.1:1"),
                Map.of(),
                null,
                Instant.EPOCH);
    }

    @Override
    public synchronized Optional<Operation> remove(Caller caller, String service, String environment) {
        String gone = current.remove(service);
        releases.replaceAll(one -> one.id().equals(gone) ? with(one, Status.SUPERSEDED, null) : one);
        if (!keepsInstances) {
            present.clear();
        }
        return Optional.empty();
    }

    @Override
    public Optional<String> objection(String repository) {
        return Optional.empty();
    }

    @Override
    public Snapshot snapshot(String tenantId, String repository, String ref, String token)
            throws OperationException, InterruptedException {
        CountDownLatch reached = fetching;
        if (reached != null) {
            fetching = null;
            reached.countDown();
            new CountDownLatch(1).await(30, TimeUnit.SECONDS);
        }
        if (fetchFailure != null) {
            throw fetchFailure;
        }
        return new Snapshot(COMMIT, SOURCE, 10);
    }

    @Override
    public List<String> list(String tenantId, String artifact) {
        return List.copyOf(files.keySet());
    }

    @Override
    public Map<String, byte[]> read(String tenantId, String artifact, Set<String> paths) {
        Map<String, byte[]> contents = new LinkedHashMap<>();
        files.forEach((path, text) -> {
            if (paths.contains(path)) {
                contents.put(path, text.getBytes(StandardCharsets.UTF_8));
            }
        });
        return contents;
    }

    /** What engines say: they object to tools alone, and make nothing. */
    final Resources resources = new Resources() {
        @Override
        public List<FieldError> objections(String tenantId, Wanted wanted) {
            List<FieldError> problems = new ArrayList<>();
            ((List<?>) wanted.properties().get("tools")).forEach(tool -> {
                Object command = ((Map<?, ?>) tool).get("command");
                if (missing.containsKey(command)) {
                    problems.add(new FieldError("tools", missing.get(command)));
                }
            });
            return problems;
        }

        @Override
        public Map<String, String> apply(StepContext context, Wanted wanted) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void remove(StepContext context, String id) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<Seen> find(String tenantId, String id) {
            return present.contains(id) ? Optional.of(instance(id)) : Optional.empty();
        }

        @Override
        public List<String> logs(String tenantId, String id, int tail) {
            List<String> all = written.getOrDefault(id, List.of());
            return List.copyOf(all.subList(Math.max(0, all.size() - tail), all.size()));
        }
    };
}
