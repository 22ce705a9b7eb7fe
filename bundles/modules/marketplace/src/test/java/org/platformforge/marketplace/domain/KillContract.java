package org.platformforge.marketplace.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.platformforge.kernel.store.testing.TestCaller.ALICE;
import static org.platformforge.marketplace.testing.TestPlatform.manifest;
import static org.platformforge.marketplace.testing.TestPlatform.wish;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.OperationException;
import org.platformforge.kernel.api.jobs.OperationHandler;
import org.platformforge.kernel.api.jobs.StepContext;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.kernel.store.testing.StoreFixture;
import org.platformforge.marketplace.store.InstallationTable;
import org.platformforge.marketplace.testing.TestPlatform;

/**
 * A node dies before and after each step of each operation, as the operations' own plans tell them, and while a commit hands
 * over. From that moment nothing of it reaches the database and its runtime is gone; its next life brings the operation to
 * the same end as one that nobody disturbed.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class KillContract {
    private static final String COMMIT = "commit";

    @TempDir
    static Path data;

    /** Armed with what has to be reached for the node to die; null when it may live. */
    private final AtomicReference<Point> armed = new AtomicReference<>();

    /** What is left of former lives takes its time to find out that it is dead. */
    private final ExecutorService burials = Executors.newCachedThreadPool();

    private TestPlatform platform;
    private CountDownLatch dead;
    private int extensions;

    enum Moment {
        BEFORE,
        WITHIN,
        AFTER
    }

    record Point(Action action, String step, Moment moment) {
        @Override
        public String toString() {
            return action.wire() + ", " + moment.name().toLowerCase(java.util.Locale.ROOT) + " " + step;
        }
    }

    /** On a database that other fixtures find again. */
    abstract StoreFixture first(Path folder);

    static Stream<Point> points() {
        List<Point> points = new ArrayList<>();
        for (Action action : Action.values()) {
            ExtensionOperation operation = new ExtensionOperation(action, null);
            operation.plan(Map.of(Submissions.DATA, Submissions.ERASE)).forEach(step -> {
                points.add(new Point(action, step.name(), Moment.BEFORE));
                if (step.name().equals(COMMIT) && action.starts()) {
                    points.add(new Point(action, step.name(), Moment.WITHIN));
                }
                points.add(new Point(action, step.name(), Moment.AFTER));
            });
        }
        return points.stream();
    }

    @BeforeAll
    void start() {
        platform = life(first(data));
        platform.acme();
    }

    @AfterAll
    void stop() throws InterruptedException {
        burials.shutdown();
        assertThat(burials.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        platform.close();
    }

    private TestPlatform life(StoreFixture database) {
        TestPlatform life = new TestPlatform(database, data, handler -> new Mortal(handler, database));
        life.runtime.onAssign = () -> dieAt(COMMIT, Moment.WITHIN, database);
        return life;
    }

    private void dieAt(String step, Moment moment, StoreFixture database) {
        Point point = armed.get();
        if (point != null
                && point.step().equals(step)
                && point.moment() == moment
                && armed.compareAndSet(point, null)) {
            database.cut();
            dead.countDown();
            throw new IllegalStateException("The node is dead");
        }
    }

    @ParameterizedTest
    @MethodSource("points")
    void endsWellWhereverTheNodeDies(Point point) throws Exception {
        String id = "acme.killed-" + ++extensions;
        platform.publish(manifest(id, "1.0.0"));
        platform.publish(manifest(id, "1.1.0"));
        prepare(point.action(), id);
        platform.domain.reconcile();
        dead = new CountDownLatch(1);
        armed.set(point);

        Accepted accepted = ask(point.action(), id);
        assertThat(dead.await(60, TimeUnit.SECONDS)).as("%s is reached", point).isTrue();
        TestPlatform former = platform;
        platform = life(StoreFixture.open(former.database.settings(), InstallationTable.class));
        burials.execute(former::close);
        Operation ended = platform.end(accepted);
        platform.domain.reconcile();

        assertThat(ended.status()).as(ended.toString()).isEqualTo(Operation.Status.COMPLETED);
        assertEnd(point.action(), id);
        assertThat(platform.count("SELECT COUNT(*) FROM mkt_history WHERE operation_id = '" + ended.id() + "'"))
                .isEqualTo(point.action() == Action.INSTALL ? 2 : 1);
        assertThat(platform.count("SELECT COUNT(*) FROM mkt_installation WHERE operation_id IS NOT NULL"))
                .isZero();
        if (point.action() != Action.UNINSTALL) {
            platform.completed(platform.installations.uninstall(ALICE, id, true));
        }
        if (point.action() == Action.INSTALL) {
            assertThat(platform.runtime.serving("ten_a", id + "-base")).isEqualTo("1.0.0");
            platform.completed(platform.installations.uninstall(ALICE, id + "-base", true));
        }
    }

    private void prepare(Action action, String id) {
        if (action != Action.INSTALL) {
            platform.installed(ALICE, id, "1.0.0");
        } else {
            platform.publish(manifest(id + "-base", "1.0.0"));
            Map<String, Object> needing = manifest(id, "1.2.0");
            needing.put("requires", Map.of("api", "[1.0,2)", "extensions", Map.of(id + "-base", "^1.0.0")));
            platform.publish(needing);
        }
        switch (action) {
            case ROLLBACK -> platform.completed(platform.installations.upgrade(ALICE, id, wish("1.1.0")));
            case ENABLE -> platform.completed(platform.installations.disable(ALICE, id));
            case PROMOTE, WITHDRAW -> platform.completed(platform.canaries.start(ALICE, id, wish("1.1.0"), 20, 0));
            case INSTALL, UPGRADE, DISABLE, UNINSTALL, CANARY -> {}
        }
    }

    private Accepted ask(Action action, String id) {
        InstallationService installations = platform.installations;
        return switch (action) {
            case INSTALL -> installations.install(ALICE, id, new InstallPlanner.Wish("1.2.0", null, Set.of(), true));
            case UPGRADE -> installations.upgrade(ALICE, id, wish("1.1.0"));
            case ROLLBACK -> installations.rollback(ALICE, id);
            case ENABLE -> installations.enable(ALICE, id);
            case DISABLE -> installations.disable(ALICE, id);
            case UNINSTALL -> installations.uninstall(ALICE, id, true);
            case CANARY -> platform.canaries.start(ALICE, id, wish("1.1.0"), 20, 0);
            case PROMOTE -> platform.canaries.promote(ALICE, id);
            case WITHDRAW -> platform.canaries.withdraw(ALICE, id, null);
        };
    }

    private void assertEnd(Action action, String id) {
        String serving = switch (action) {
            case INSTALL -> "1.2.0";
            case ROLLBACK, ENABLE, CANARY, WITHDRAW -> "1.0.0";
            case UPGRADE, PROMOTE -> "1.1.0";
            case DISABLE, UNINSTALL -> null;
        };
        Set<String> running =
                serving == null ? Set.of() : action == Action.CANARY ? Set.of("1.0.0", "1.1.0") : Set.of(serving);
        assertThat(platform.runtime.serving("ten_a", id)).isEqualTo(serving);
        assertThat(platform.runtime.running.values())
                .filteredOn(one -> one.extensionId().equals(id))
                .extracting(one -> one.version())
                .containsExactlyInAnyOrderElementsOf(running);
        if (action == Action.UNINSTALL) {
            assertThat(platform.count("SELECT COUNT(*) FROM mkt_installation WHERE extension_id = '" + id + "'"))
                    .isZero();
            return;
        }
        Installation row = platform.reader.get(ALICE, id);
        assertThat(row.pending()).isNull();
        assertThat(row.error()).isNull();
        assertThat(row.problem()).isNull();
        assertThat(row.canary() != null).isEqualTo(action == Action.CANARY);
        boolean hasBefore = action == Action.UPGRADE || action == Action.PROMOTE || action == Action.ROLLBACK;
        assertThat(row.previous() != null).isEqualTo(hasBefore);
    }

    /** A handler whose node dies beside its steps. */
    private final class Mortal implements OperationHandler {
        private final OperationHandler handler;
        private final StoreFixture database;

        Mortal(OperationHandler handler, StoreFixture database) {
            this.handler = handler;
            this.database = database;
        }

        @Override
        public String kind() {
            return handler.kind();
        }

        @Override
        public List<StepDefinition> plan(Map<String, Object> input) {
            return handler.plan(input);
        }

        @Override
        public Map<String, Object> execute(String step, StepContext context)
                throws OperationException, InterruptedException {
            dieAt(step, Moment.BEFORE, database);
            Map<String, Object> result = handler.execute(step, context);
            dieAt(step, Moment.AFTER, database);
            return result;
        }

        @Override
        public void compensate(String step, StepContext context) throws OperationException, InterruptedException {
            handler.compensate(step, context);
        }

        @Override
        public void finished(Transaction tx, Operation operation) throws Exception {
            handler.finished(tx, operation);
        }
    }
}
