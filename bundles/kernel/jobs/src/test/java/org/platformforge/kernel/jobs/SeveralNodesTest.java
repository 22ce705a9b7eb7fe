package org.platformforge.kernel.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.Operation.Status;
import org.platformforge.kernel.api.jobs.Operations.LogLine;
import org.platformforge.kernel.store.testing.StoreFixture;
import org.platformforge.kernel.store.testing.TestCaller;

/** Several nodes on one PostgreSQL: sharing, failing over, and nodes that come back from the dead. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SeveralNodesTest {
    private final List<Node> nodes = new ArrayList<>();
    private StoreFixture database;

    @BeforeAll
    void openDatabase() {
        database = StoreFixture.postgresql(JobsComponent.class);
        Node.createTestTable(database);
    }

    @AfterAll
    void closeDatabase() {
        database.close();
    }

    @AfterEach
    void stopNodes() {
        nodes.forEach(Node::reconnect);
        nodes.forEach(Node::close);
    }

    private Node node(String name) {
        Node node = new Node(database, name);
        nodes.add(node);
        Awaitility.await().until(() -> node.engine.health().status().name().equals("HEALTHY"));
        return node;
    }

    @Test
    void shareTheWork() {
        Set<String> workers = ConcurrentHashMap.newKeySet();
        Node a = node("node-a");
        Node b = node("node-b");
        for (Node node : nodes) {
            node.add(new ScriptedHandler("make", "one", "two").on("one", step -> {
                workers.add(node == a ? "a" : "b");
                new Semaphore(0).tryAcquire(20, TimeUnit.MILLISECONDS);
                return Map.of();
            }));
        }
        List<Operation> all = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            all.add(a.submit("make"));
        }

        all.forEach(operation -> {
            Operation ended = b.awaitEnd(operation);
            assertThat(ended.status()).isEqualTo(Status.COMPLETED);
            assertThat(ended.steps())
                    .allSatisfy(step -> assertThat(step.attempts()).isEqualTo(1));
            assertThat(b.finishedRows(operation)).isEqualTo(1);
        });
        assertThat(workers).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void takeOverFromANodeThatIsCutOffAndRefuseWhatItWritesLater() {
        Node a = node("node-a");
        ScriptedHandler.DeafGate gate = new ScriptedHandler.DeafGate();
        ScriptedHandler zombie = new ScriptedHandler("make", "one", "two").on("one", step -> {
            step.checkpoint(Map.of("made", "by a"));
            return gate.run(step);
        });
        a.add(zombie);
        Operation operation = a.submit("make");
        gate.entered.acquireUninterruptibly();
        Node b = node("node-b");
        List<Object> found = new ArrayList<>();
        ScriptedHandler healthy = new ScriptedHandler("make", "one", "two").on("one", step -> {
            found.add(step.checkpoint().get("made"));
            return Map.of("made", "by b");
        });
        b.add(healthy);

        a.cutOff();
        Operation ended = b.awaitEnd(operation);
        a.reconnect();
        gate.leave.release();
        Awaitility.await().until(() -> a.engine.count(0) == 0 && threads("forge-job-1") == 0);

        assertThat(found).containsExactly("by a");
        Operation after = b.get(operation);
        assertThat(after).isEqualTo(ended);
        assertThat(after.status()).isEqualTo(Status.COMPLETED);
        assertThat(after.steps().get(0).checkpoint()).containsEntry("made", "by b");
        assertThat(b.finishedRows(operation)).isEqualTo(1);
        assertThat(zombie.calls).containsExactly("one");
        assertThat(healthy.calls).containsExactly("one", "two", "finished");
    }

    private static long threads(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(name))
                .count();
    }

    @Test
    void refuseAZombiesCheckpointsAndLogLines() {
        Node a = node("node-a");
        ScriptedHandler.DeafGate gate = new ScriptedHandler.DeafGate();
        List<String> refused = new ArrayList<>();
        a.add(new ScriptedHandler("make", "one").on("one", step -> {
            gate.run(step);
            step.log("from beyond the grave");
            try {
                step.checkpoint(Map.of("made", "by a zombie"));
            } catch (RuntimeException e) {
                refused.add(e.getMessage());
            }
            return Map.of();
        }));
        Operation operation = a.submit("make");
        gate.entered.acquireUninterruptibly();
        Node b = node("node-b");
        ScriptedHandler.Gate second = new ScriptedHandler.Gate();
        b.add(new ScriptedHandler("make", "one").on("one", second));

        a.cutOff();
        second.entered.acquireUninterruptibly();
        a.reconnect();
        gate.leave.release();
        Awaitility.await().until(() -> refused.size() == 1);
        second.leave.release();
        Operation ended = b.awaitEnd(operation);

        assertThat(refused.get(0)).contains("taken over");
        assertThat(ended.steps().get(0).checkpoint()).isEmpty();
        assertThat(b.operations.logs("ten_a", operation.id(), 0, 100))
                .extracting(LogLine::text)
                .doesNotContain("from beyond the grave");
    }

    @Test
    void interruptTheStepOfANodeThatLostItsLease() {
        Node a = node("node-a");
        ScriptedHandler.Gate gate = new ScriptedHandler.Gate();
        List<String> left = new ArrayList<>();
        a.add(new ScriptedHandler("make", "one").on("one", step -> {
            try {
                return gate.run(step);
            } catch (InterruptedException e) {
                left.add("interrupted");
                throw e;
            }
        }));
        Operation operation = a.submit("make");
        gate.entered.acquireUninterruptibly();
        Node b = node("node-b");
        b.add(new ScriptedHandler("make", "one"));

        a.cutOff();
        assertThat(b.awaitEnd(operation).status()).isEqualTo(Status.COMPLETED);
        a.reconnect();

        Awaitility.await().until(() -> left.size() == 1);
    }

    @Test
    void noticeACancellationAskedForOnAnotherNode() {
        Node a = node("node-a");
        ScriptedHandler handler = new ScriptedHandler("make", "one").on("one", step -> {
            Awaitility.await().pollInterval(Duration.ofMillis(10)).until(step::cancelRequested);
            return Map.of();
        });
        a.add(handler);
        Operation operation = a.submit("make");
        Awaitility.await().until(() -> handler.calls.contains("one"));
        Node b = node("node-b");

        b.operations.cancel(TestCaller.ALICE, operation.id());

        assertThat(b.awaitEnd(operation).status()).isEqualTo(Status.CANCELLED);
    }

    @Test
    void leaveWorkToTheNodeThatHasTheModule() {
        Node without = node("node-a");
        Node with = node("node-b");
        long planner = without.add(new ScriptedHandler("make", "one"));
        with.add(new ScriptedHandler("make", "one"));
        for (int i = 0; i < 3; i++) {
            without.engine.remove(planner);
            planner = without.add(new ScriptedHandler("other", "one"));
            assertThat(with.awaitEnd(with.submit("make")).status()).isEqualTo(Status.COMPLETED);
        }
    }

    @Test
    void takeBackAtOnceWhatAnEarlierLifeHadPicked() {
        Node firstLife = node("node-a");
        ScriptedHandler.DeafGate gate = new ScriptedHandler.DeafGate();
        firstLife.add(new ScriptedHandler("make", "one").on("one", gate));
        Operation operation = firstLife.submit("make");
        gate.entered.acquireUninterruptibly();
        firstLife.cutOff();

        Node nextLife = new Node(database, "node-a");
        nodes.add(nextLife);
        nextLife.add(new ScriptedHandler("make", "one"));
        assertThat(nextLife.awaitEnd(operation).status()).isEqualTo(Status.COMPLETED);
        gate.leave.release();
    }
}
