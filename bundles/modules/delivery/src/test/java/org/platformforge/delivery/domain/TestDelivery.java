package org.platformforge.delivery.domain;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.awaitility.Awaitility;
import org.platformforge.delivery.store.CanaryTable;
import org.platformforge.delivery.store.ReleaseTable;
import org.platformforge.delivery.store.TargetTable;
import org.platformforge.delivery.testing.FakeAnswers;
import org.platformforge.delivery.testing.FakeEngines;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.delivery.DeployRequest;
import org.platformforge.kernel.api.delivery.DeployRequest.Build;
import org.platformforge.kernel.api.delivery.DeployRequest.Rollout;
import org.platformforge.kernel.api.delivery.DeployRequest.Run;
import org.platformforge.kernel.api.delivery.DeployRequest.Scale;
import org.platformforge.kernel.api.delivery.DeployRequest.Source;
import org.platformforge.kernel.api.delivery.DeployRequest.Strategy;
import org.platformforge.kernel.api.delivery.Environments;
import org.platformforge.kernel.api.delivery.Environments.Freeze;
import org.platformforge.kernel.api.delivery.Environments.Limits;
import org.platformforge.kernel.api.delivery.Release;
import org.platformforge.kernel.api.jobs.OperationHandler;
import org.platformforge.kernel.api.jobs.Operations;
import org.platformforge.kernel.api.security.Callers;
import org.platformforge.kernel.api.security.Secrets;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.jobs.DurableOperations;
import org.platformforge.kernel.jobs.engine.HandlerRef;
import org.platformforge.kernel.jobs.engine.JobEngine;
import org.platformforge.kernel.jobs.engine.JobSettings;
import org.platformforge.kernel.jobs.record.Tables;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.kernel.store.testing.FixedSecrets;
import org.platformforge.kernel.store.testing.StoreFixture;
import org.platformforge.kernel.store.testing.TestCaller;

/** The module on the real store and the real operations; {@link #restart} is a crash of its node. */
final class TestDelivery implements AutoCloseable {
    static final Duration SOON = Duration.ofSeconds(60);
    private static final JobSettings JOBS = new JobSettings(
            4,
            Duration.ofMillis(100),
            Duration.ofMillis(100),
            4,
            3,
            Duration.ofMillis(20),
            Duration.ofMillis(100),
            Duration.ofMillis(100),
            Duration.ofMillis(100),
            Duration.ofDays(30),
            1000);

    final StoreFixture database;
    final FakeEngines engines = new FakeEngines();
    final ReleaseService releases;
    final Engines parts = new Engines();
    final CleanUp cleanUp;
    final FakeAnswers answers = new FakeAnswers();
    volatile Freeze freeze;
    volatile Limits limits;
    private final Environments environments = new Environments() {
        @Override
        public Optional<Freeze> frozen(String tenantId, String environment) {
            return Optional.ofNullable(freeze);
        }

        @Override
        public Optional<Limits> limits(String tenantId, String environment) {
            return Optional.ofNullable(limits);
        }

        @Override
        public Optional<String> engine(String tenantId, String environment) {
            return Optional.empty();
        }

        @Override
        public boolean autoDeploy(String tenantId, String environment) {
            return true;
        }

        @Override
        public List<FieldError> objections(String tenantId, DeployRequest request) {
            return List.of();
        }
    };
    final Operations operations;
    private final List<OperationHandler> handlers;
    private final Store jobsStore;
    private JobEngine engine;

    TestDelivery(DatabaseKind kind) {
        database = StoreFixture.open(kind, ReleaseTable.class);
        jobsStore = database.storeOf(DurableOperations.class);
        parts.resources = engines;
        parts.sources = engines;
        parts.answers = answers;
        parts.environments = environments;
        parts.artifacts = engines;
        TargetTable targets = new TargetTable();
        ReleaseTable rows = new ReleaseTable();
        Secrets secrets = new FixedSecrets("test");
        Trail trail = new Trail(database.audit(), database.outbox(), new SystemCallers());
        Traffic traffic = new Traffic(database, rows, parts);
        Canary canary = new Canary(database, new CanaryTable(), parts, traffic);
        Tables tables = Tables.create();
        engine = new JobEngine(JOBS, jobsStore, database.dataSource(), "node", tables);
        operations = new DurableOperations(jobsStore, tables, engine, database.audit());
        handlers = List.of(
                new DeployHandler(database, targets, rows, parts, traffic, canary, secrets, operations, trail),
                new RetireHandler(database, targets, rows, parts, traffic),
                new RemoveHandler(targets, rows, parts));
        start(engine);
        releases = new ReleaseService(database, targets, rows, parts, secrets, operations, trail, canary);
        cleanUp = new CleanUp(database, rows, operations, trail);
    }

    private JobEngine start(JobEngine started) {
        for (int i = 0; i < handlers.size(); i++) {
            started.add(new HandlerRef(handlers.get(i), 1, i + 1));
        }
        started.start();
        return started;
    }

    /** The node's work ends in the middle of whatever it does; another one takes over. */
    void restart() {
        engine.close();
        engine = start(new JobEngine(JOBS, jobsStore, database.dataSource(), "node", Tables.create()));
    }

    static DeployRequest request(String version, Strategy strategy, int replicas) {
        return new DeployRequest(
                "shop",
                "staging",
                version,
                new Source("https://github.com/acme/shop", version, null, null),
                new Build(List.of("make"), Map.of(), null, Map.of("NPM_TOKEN", "build secret")),
                new Run("./shop", null, "/healthz", null, Map.of("A", "b"), Map.of("TOKEN", "secret value")),
                new Scale(replicas, "500m", "64Mi", null),
                new Rollout(strategy, 10, 0));
    }

    Release awaitEnd(Caller caller, Release release) {
        return Awaitility.await()
                .atMost(SOON)
                .pollInterval(Duration.ofMillis(10))
                .until(
                        () -> releases.find(caller.tenantId(), release.id()).orElseThrow(),
                        now -> !now.status().running());
    }

    Release active(Caller caller, DeployRequest request) {
        Release ended = awaitEnd(caller, releases.deploy(caller, request));
        if (ended.status() != Release.Status.ACTIVE) {
            throw new AssertionError("not active: " + ended);
        }
        return ended;
    }

    /** Ids of the instances that serve. */
    List<String> serving(Caller caller) {
        return releases.target(caller.tenantId(), "shop", "staging").orElseThrow().instances().stream()
                .map(seen -> seen.id())
                .sorted()
                .toList();
    }

    @Override
    public void close() throws InterruptedException {
        engine.close();
        database.close();
    }

    private static final class SystemCallers implements Callers {
        @Override
        public Caller system(String tenantId) {
            return new TestCaller(tenantId, "system");
        }

        @Override
        public Caller shell(String tenantId, String subject, Set<String> roles) {
            return new TestCaller(tenantId, subject);
        }

        @Override
        public Caller authenticated(Caller request, String tenantId, String userId, Set<String> roles) {
            throw new UnsupportedOperationException();
        }
    }
}
