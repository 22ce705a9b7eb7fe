package org.platformforge.deployments.domain;

import java.lang.annotation.Annotation;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.platformforge.deployments.framework.ExpressFramework;
import org.platformforge.deployments.framework.LaravelFramework;
import org.platformforge.deployments.framework.PythonFramework;
import org.platformforge.deployments.store.DeploymentTable;
import org.platformforge.deployments.store.LogTable;
import org.platformforge.extension.api.framework.Framework;
import org.platformforge.kernel.api.Caller;
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

/** The module on the real store and the real operations, in a world of the test's. */
final class TestDeployments implements AutoCloseable {
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
    final FakeWorld world;
    final DeploymentTable table = new DeploymentTable();
    final Deployments deployments;
    final Lifecycle lifecycle;
    final Reconciler reconciler;
    final ReconcileTask task;
    final LogKeeper logs;
    final Statistics statistics;
    final Operations operations;
    private final OperationHandler handler;
    private final Store jobsStore;
    private JobEngine engine;

    TestDeployments(DatabaseKind kind, Map<String, Object> config) {
        database = StoreFixture.open(kind, DeploymentTable.class);
        world = new FakeWorld(() -> database.call("ten_a", tx -> tx.now()));
        jobsStore = database.storeOf(DurableOperations.class);
        Chain chain = new Chain();
        chain.delivery = world;
        chain.resources = world.resources;
        chain.sources = world;
        Settings settings = new Settings(config(config));
        Secrets secrets = new FixedSecrets("test");
        Trail trail = new Trail(database.audit(), database.outbox(), new SystemCallers());
        Toolbox toolbox = new Toolbox(chain, settings);
        Frameworks frameworks = new Frameworks() {
            @Override
            public Collection<Framework> all(String tenantId) {
                return List.of(new ExpressFramework(), new LaravelFramework(), new PythonFramework());
            }
        };
        Tables tables = Tables.create();
        engine = new JobEngine(JOBS, jobsStore, database.dataSource(), "node", tables);
        operations = new DurableOperations(jobsStore, tables, engine, database.audit());
        logs = new LogKeeper(database, new LogTable(), chain, operations, secrets, settings);
        reconciler = new Reconciler(database, table, chain, operations, logs, trail);
        deployments =
                new Deployments(database, table, frameworks, toolbox, reconciler, chain, operations, secrets, trail);
        lifecycle = new Lifecycle(database, table, deployments, reconciler, chain, secrets, trail);
        task = new ReconcileTask(database, table, reconciler, chain);
        statistics = new Statistics(database, table);
        handler = new PrepareHandler(database, table, chain, frameworks, toolbox, secrets, settings, trail);
        start(engine);
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

    private static DeploymentsConfig config(Map<String, Object> changes) {
        return (DeploymentsConfig) Proxy.newProxyInstance(
                DeploymentsConfig.class.getClassLoader(),
                new Class<?>[] {DeploymentsConfig.class},
                (proxy, method, arguments) -> method.getDeclaringClass() == Annotation.class
                        ? null
                        : changes.getOrDefault(method.getName(), method.getDefaultValue()));
    }

    static Order order(String name) {
        return new Order(
                name,
                "lxc",
                "python",
                "https://github.com/acme/shop.git",
                2,
                2048,
                20,
                "v1",
                "repository-token",
                null,
                Map.of("COLOUR", "blue"),
                Map.of("TOKEN", "s3cret value"),
                Map.of("MODE", "fast"),
                Map.of("NPM_TOKEN", "b1ild secret"));
    }

    Deployment deploy(Caller caller, Order order) {
        return deployments.deploy(caller, order, List.of());
    }

    /** Looks until it is in this state. */
    Deployment await(Caller caller, Deployment deployment, Status status) {
        return Awaitility.await()
                .atMost(SOON)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> deployments.current(caller, deployment.id()), now -> now.status() == status);
    }

    /** Looks until nothing is on its way any more. */
    Deployment settled(Caller caller, Deployment deployment) {
        return Awaitility.await()
                .atMost(SOON)
                .pollInterval(Duration.ofMillis(10))
                .until(
                        () -> deployments.current(caller, deployment.id()),
                        now -> !now.work().busy());
    }

    /** Looks until delivery was asked for so many releases. */
    void awaitRequests(int count) {
        Awaitility.await().atMost(SOON).until(() -> world.requests.size() >= count);
    }

    Instant now() {
        return database.call("ten_a", tx -> tx.now());
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
