package org.platformforge.pipelines.domain;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
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
import org.platformforge.extension.api.framework.Framework;
import org.platformforge.extension.api.pipeline.PipelineStep;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.delivery.Artifacts;
import org.platformforge.kernel.api.delivery.CanaryStage;
import org.platformforge.kernel.api.delivery.Delivery;
import org.platformforge.kernel.api.delivery.DeployRequest;
import org.platformforge.kernel.api.delivery.Environments;
import org.platformforge.kernel.api.delivery.Release;
import org.platformforge.kernel.api.delivery.Resources;
import org.platformforge.kernel.api.delivery.Sources;
import org.platformforge.kernel.api.extension.ExtensionContributions;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.OperationException;
import org.platformforge.kernel.api.jobs.StepContext;
import org.platformforge.pipelines.trigger.Signature;

/**
 * Repositories, engines, releases and extensions in memory. A command {@code fail} fails a build, {@code fail-tests} a test;
 * {@code hold} waits in a build until the test lets it go on.
 */
final class FakeWorld implements Sources, Delivery, Artifacts, ExtensionContributions {
    /** Files of the repository, by ref. */
    final Map<String, Map<String, String>> refs = new ConcurrentHashMap<>();
    /** Files by digest. */
    private final Map<String, Map<String, String>> artifacts = new ConcurrentHashMap<>();

    final List<Resources.Wanted> applied = new CopyOnWriteArrayList<>();
    final Map<String, Resources.Wanted> held = new ConcurrentHashMap<>();
    final List<DeployRequest> deployed = new CopyOnWriteArrayList<>();
    final Map<String, Release> releases = new ConcurrentHashMap<>();
    final List<Framework> frameworks = new CopyOnWriteArrayList<>();
    final List<PipelineStep> steps = new CopyOnWriteArrayList<>();
    volatile CountDownLatch holding = new CountDownLatch(1);
    volatile CountDownLatch released = new CountDownLatch(1);
    /** What a release becomes at once. */
    volatile Release.Status end = Release.Status.ACTIVE;

    /** Whether nothing is deployed at the moment. */
    volatile boolean frozen;

    /** Whether the answer to the next deployment is lost. */
    volatile boolean losing;

    volatile String token;
    /** Calls of what is asked by stages. */
    final AtomicInteger calls = new AtomicInteger();
    /** The call that comes to no end by itself; 0 for none. */
    volatile int holdAt;

    volatile CountDownLatch reached = new CountDownLatch(1);

    private void called() throws InterruptedException {
        if (calls.incrementAndGet() == holdAt) {
            reached.countDown();
            new CountDownLatch(1).await(30, TimeUnit.SECONDS);
        }
    }

    final Resources engines = new Resources() {
        @Override
        public List<FieldError> objections(String tenantId, Resources.Wanted wanted) {
            List<?> tools = (List<?>) wanted.properties().getOrDefault("tools", List.of());
            return tools.toString().contains("rare-tool")
                    ? List.of(new FieldError("tools", "rare-tool is not there"))
                    : List.of();
        }

        @Override
        public Map<String, String> apply(StepContext context, Resources.Wanted wanted)
                throws OperationException, InterruptedException {
            applied.add(wanted);
            held.put(wanted.id(), wanted);
            called();
            String commands = wanted.properties().get("commands").toString();
            Map<?, ?> env = (Map<?, ?>) wanted.properties().get("env");
            if (commands.contains("hold")) {
                holding.countDown();
                while (!released.await(10, TimeUnit.MILLISECONDS)) {
                    if (context.cancelRequested()) {
                        throw OperationException.fatal("CANCELLED", "Cancelled while the build was running", null);
                    }
                }
            }
            context.log("+ " + commands);
            if (commands.contains("fail")) {
                throw OperationException.fatal("BUILD_FAILED", "The build ended with exit code 1", null);
            }
            Map<String, String> files =
                    new TreeMap<>(artifacts.get(wanted.properties().get("source")));
            Object script = env.get("PLATFORMFORGE_TEST");
            if (script != null) {
                files.put(".platformforge-exit", script.toString().contains("fail-tests") ? "3" : "0");
            } else {
                files.put("built", commands);
            }
            String digest = keep(files);
            return Map.of("artifact", digest, "size", "12345", "exit_code", "0");
        }

        @Override
        public void remove(StepContext context, String id) throws InterruptedException {
            called();
            held.remove(id);
        }

        @Override
        public List<String> logs(String tenantId, String id, int tail) {
            return List.of();
        }

        @Override
        public Optional<Seen> find(String tenantId, String id) {
            return Optional.empty();
        }
    };

    /** Nothing is allowed in {@code full}; {@code far} has an engine of its own, {@code asking} asks. */
    final Environments environments = new Environments() {
        @Override
        public Optional<String> engine(String tenantId, String environment) {
            return environment.equals("far") ? Optional.of("lxd") : Optional.empty();
        }

        @Override
        public boolean autoDeploy(String tenantId, String environment) {
            return !environment.equals("asking");
        }

        @Override
        public Optional<Freeze> frozen(String tenantId, String environment) {
            return Optional.empty();
        }

        @Override
        public List<FieldError> objections(String tenantId, DeployRequest request) {
            return request.environment().equals("full")
                    ? List.of(new FieldError("scale.cpu", "is more than there is"))
                    : List.of();
        }
    };

    static String digest(String text) {
        return "sha256:" + Signature.digest(text.getBytes(StandardCharsets.UTF_8));
    }

    private String keep(Map<String, String> files) {
        String digest = digest(new TreeMap<>(files).toString());
        artifacts.put(digest, files);
        return digest;
    }

    @Override
    public Optional<String> objection(String repository) {
        return repository.contains("127.0.0.1")
                ? Optional.of("its host has an address that is not public")
                : Optional.empty();
    }

    @Override
    public Snapshot snapshot(String tenantId, String repository, String ref, String secret)
            throws OperationException, InterruptedException {
        called();
        token = secret;
        Map<String, String> files = refs.get(ref == null ? "main" : ref);
        if (files == null) {
            throw OperationException.fatal("REF_NOT_FOUND", "The repository has no tag, branch or commit " + ref, null);
        }
        String commit = ref != null && ref.matches("[0-9a-f]{40}") ? ref : "c".repeat(40);
        return new Snapshot(commit, keep(files), 10);
    }

    @Override
    public List<String> list(String tenantId, String artifact) {
        return artifacts.get(artifact).keySet().stream().sorted().toList();
    }

    @Override
    public Map<String, byte[]> read(String tenantId, String artifact, Set<String> paths) throws InterruptedException {
        called();
        Map<String, byte[]> found = new TreeMap<>();
        artifacts.get(artifact).forEach((path, text) -> {
            if (paths.contains(path)) {
                found.put(path, text.getBytes(StandardCharsets.UTF_8));
            }
        });
        return found;
    }

    @Override
    public Optional<Release> find(String tenantId, String releaseId) {
        return Optional.ofNullable(releases.get(releaseId))
                .filter(release -> release.tenantId().equals(tenantId));
    }

    @Override
    public Release deploy(Caller caller, DeployRequest request) {
        if (frozen) {
            throw PlatformException.of(ErrorKind.CONFLICT, "Nothing is deployed until Monday")
                    .withCode(Delivery.FROZEN);
        }
        deployed.add(request);
        Release release = new Release(
                "rel-" + (releases.size() + 1),
                caller.tenantId(),
                request.service(),
                request.environment(),
                releases.size() + 1,
                request.version(),
                request.source().repository(),
                request.source().ref(),
                null,
                request.source().artifact(),
                request.build(),
                request.run().withoutSecrets(),
                request.scale(),
                request.rollout(),
                end,
                null,
                "op-release-" + (releases.size() + 1),
                end == Release.Status.FAILED
                        ? new Operation.Failure("RELEASE_UNHEALTHY", "It did not stay up", List.of())
                        : null,
                caller.subject(),
                Instant.now(),
                null);
        releases.put(release.id(), release);
        try {
            called();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw PlatformException.of(ErrorKind.UNAVAILABLE, "Interrupted").withCause(e);
        }
        if (losing) {
            losing = false;
            throw PlatformException.of(ErrorKind.UNAVAILABLE, "The answer is lost");
        }
        return release;
    }

    /** A release that is on its way comes to its end. */
    void becomes(String releaseId, Release.Status status) {
        Release old = releases.get(releaseId);
        releases.put(
                releaseId,
                new Release(
                        old.id(),
                        old.tenantId(),
                        old.service(),
                        old.environment(),
                        old.number(),
                        old.version(),
                        old.repository(),
                        old.ref(),
                        old.commit(),
                        old.artifact(),
                        old.build(),
                        old.run(),
                        old.scale(),
                        old.rollout(),
                        status,
                        null,
                        old.operationId(),
                        null,
                        old.createdBy(),
                        old.createdAt(),
                        null));
    }

    @Override
    public Release rollback(Caller caller, String service, String environment, Integer number) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Set<String> returnable(String tenantId, Collection<Release> releases) {
        return Set.of();
    }

    @Override
    public List<CanaryStage> canary(String tenantId, String releaseId) {
        return List.of();
    }

    @Override
    public Page<Release> releases(String tenantId, String service, String environment, PageRequest page) {
        List<Release> found = releases.values().stream()
                .filter(one -> one.tenantId().equals(tenantId)
                        && one.service().equals(service)
                        && one.environment().equals(environment))
                .toList();
        return new Page<>(found, found.size(), Optional.empty());
    }

    @Override
    public List<Target> targets(String tenantId, String service) {
        return List.of();
    }

    @Override
    public Optional<Target> target(String tenantId, String service, String environment) {
        return Optional.empty();
    }

    @Override
    public Optional<Operation> remove(Caller caller, String service, String environment) {
        return Optional.empty();
    }

    @Override
    public Artifact put(String tenantId, Path file) throws IOException {
        throw new UnsupportedOperationException();
    }

    @Override
    public Path file(String tenantId, String digest) {
        throw PlatformException.of(ErrorKind.NOT_FOUND, "Artifact not found");
    }

    @Override
    public Set<String> kept(String tenantId, Collection<String> digests) {
        return Set.of();
    }

    @Override
    public List<Contribution<TemplateFile>> templates(String tenantId) {
        return List.of();
    }

    @Override
    public <T> List<Contribution<T>> services(String tenantId, Class<T> point) {
        List<Contribution<T>> found = new ArrayList<>();
        if (point == Framework.class) {
            frameworks.forEach(one -> found.add(new Contribution<>("acme.scan", "1.0.0", "0", point.cast(one))));
        }
        if (point == PipelineStep.class && tenantId.equals("ten_a")) {
            steps.forEach(step -> found.add(new Contribution<>("acme.scan", "1.0.0", "0", point.cast(step))));
        }
        return found;
    }

    @Override
    public Set<String> engines(String extensionId, String sha256) {
        return Set.of();
    }

    @Override
    public Set<String> tenants() {
        return Set.of();
    }
}
