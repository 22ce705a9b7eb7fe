package org.platformforge.pipelines.domain;

import java.lang.annotation.Annotation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.jobs.OperationHandler;
import org.platformforge.kernel.api.jobs.Operations;
import org.platformforge.kernel.api.security.Callers;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.jobs.DurableOperations;
import org.platformforge.kernel.jobs.engine.HandlerRef;
import org.platformforge.kernel.jobs.engine.JobEngine;
import org.platformforge.kernel.jobs.engine.JobSettings;
import org.platformforge.kernel.jobs.record.Tables;
import org.platformforge.kernel.jobs.recurring.UnixCron;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.kernel.store.testing.FixedSecrets;
import org.platformforge.kernel.store.testing.StoreFixture;
import org.platformforge.kernel.store.testing.TestCaller;
import org.platformforge.pipelines.domain.RunService.Whole;
import org.platformforge.pipelines.store.PipelineTable;
import org.platformforge.pipelines.store.RunTable;
import org.platformforge.pipelines.store.StageTable;

/** The module on the real store and the real operations; {@link #restart} is a crash of its node. */
final class TestPipelines implements AutoCloseable {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final JobSettings JOBS = new JobSettings(
            2,
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
    final FakeWorld world = new FakeWorld();
    final PipelineService pipelines;
    final RunService runs;
    final PushService pushes;
    final Schedules schedules;
    final ReleaseWatch watch;
    final RunLog log;
    final Operations operations;
    private final OperationHandler handler;
    private final Store jobsStore;
    private JobEngine engine;

    private record Config(int queue) implements PipelinesConfig {
        @Override
        public int observe_seconds() {
            return 5;
        }

        @Override
        public int runs_kept() {
            return 20;
        }

        @Override
        public int canary_percent() {
            return 10;
        }

        @Override
        public String[] general_frameworks() {
            return new String[] {"python, node", "static"};
        }

        @Override
        public int streams() {
            return 1;
        }

        @Override
        public int stream_seconds() {
            return 1;
        }

        @Override
        public Class<? extends Annotation> annotationType() {
            return PipelinesConfig.class;
        }
    }

    TestPipelines(DatabaseKind kind) {
        database = StoreFixture.open(kind, PipelineTable.class);
        jobsStore = database.storeOf(DurableOperations.class);
        Neighbours neighbours = new Neighbours();
        neighbours.artifacts = world;
        neighbours.contributions = world;
        neighbours.delivery = world;
        neighbours.environments = world.environments;
        neighbours.resources = world.engines;
        neighbours.sources = world;
        PipelineTable pipelineRows = new PipelineTable();
        RunTable runRows = new RunTable();
        StageTable stageRows = new StageTable();
        Vault vault = new Vault(new FixedSecrets("test"));
        Trail trail = new Trail(database.audit(), database.outbox(), new SystemCallers());
        Tables tables = Tables.create();
        engine = new JobEngine(JOBS, jobsStore, database.dataSource(), "node", tables);
        operations = new DurableOperations(jobsStore, tables, engine, database.audit());
        Config config = new Config(3);
        Runs moves = new Runs(pipelineRows, runRows, stageRows, operations, trail);
        Steps steps = new Steps(database, stageRows, neighbours, vault);
        Deployments deployments =
                new Deployments(database, runRows, stageRows, neighbours, operations, vault, trail, config);
        handler = new RunHandler(
                database,
                pipelineRows,
                runRows,
                stageRows,
                moves,
                new Checkout(database, runRows, stageRows, neighbours, steps, new Defaults(neighbours, config), vault),
                new Builds(database, runRows, stageRows, neighbours, vault),
                steps,
                deployments);
        start(engine);
        pipelines = new PipelineService(database, pipelineRows, runRows, neighbours, vault, trail, new UnixCron());
        runs = new RunService(
                database, pipelineRows, runRows, stageRows, moves, deployments, operations, neighbours, trail, config);
        pushes = new PushService(database, pipelineRows, runs, vault, trail);
        schedules = new Schedules(database, pipelines, pipelineRows, runRows, runs, trail);
        watch = new ReleaseWatch(database, runRows, moves, neighbours);
        log = new RunLog(runs, operations);
    }

    private JobEngine start(JobEngine started) {
        started.add(new HandlerRef(handler, 1, 1));
        started.start();
        return started;
    }

    /** The node's work ends in the middle of whatever it does; another one takes over. */
    void restart() {
        engine.close();
        engine = start(new JobEngine(JOBS, jobsStore, database.dataSource(), "node", Tables.create()));
    }

    /** Looks after releases meanwhile, as the platform does. */
    Whole await(Caller caller, String runId, Predicate<Whole> there) {
        return Awaitility.await()
                .atMost(SOON)
                .pollInterval(Duration.ofMillis(10))
                .until(
                        () -> {
                            watch.run();
                            return runs.whole(caller, runId);
                        },
                        there);
    }

    Whole ended(Caller caller, String runId) {
        return await(caller, runId, whole -> whole.run().status().finished());
    }

    Whole asked(Caller caller, String runId) {
        return await(caller, runId, whole -> whole.run().status() == Run.Status.WAITING_APPROVAL);
    }

    static PipelineDraft draft(String... environments) {
        return new PipelineDraft(
                "my-app",
                "github.com/org/my-app",
                List.of(environments),
                null,
                List.of("main", "release/*"),
                null,
                null,
                null,
                null,
                null,
                null,
                "repository-token",
                Map.of("TOKEN", "s3cret-value"));
    }

    @Override
    public void close() throws InterruptedException {
        world.released.countDown();
        engine.close();
        database.close();
    }

    private static final class SystemCallers implements Callers {
        @Override
        public Caller system(String tenantId) {
            return new TestCaller(tenantId, "system");
        }

        @Override
        public Caller acting(String tenantId, Caller request, String onBehalfOf) {
            return new TestCaller(tenantId, onBehalfOf);
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
