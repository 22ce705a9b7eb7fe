package org.platformforge.kernel.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.platformforge.kernel.store.testing.TestCaller.ALICE;
import static org.platformforge.kernel.store.testing.TestCaller.BOB;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.Operation.Status;
import org.platformforge.kernel.api.jobs.Operation.StepStatus;
import org.platformforge.kernel.api.jobs.OperationException;
import org.platformforge.kernel.api.jobs.Operations.LogLine;
import org.platformforge.kernel.api.module.Generations.Stage;
import org.platformforge.kernel.jobs.engine.JobSettings;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.kernel.store.testing.StoreFixture;

/** One node, whatever the database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class DurableOperationsContract {
    private final DatabaseKind databaseKind;
    private StoreFixture database;
    private Node node;

    DurableOperationsContract(DatabaseKind databaseKind) {
        this.databaseKind = databaseKind;
    }

    @BeforeAll
    void openDatabase() {
        database = StoreFixture.open(databaseKind, JobsComponent.class);
        Node.createTestTable(database);
    }

    @AfterAll
    void closeDatabase() {
        database.close();
    }

    @BeforeEach
    void startNode() {
        node = new Node(database, "node-one");
    }

    @AfterEach
    void stopNode() {
        node.close();
        database.run("*", tx -> {
            for (String table :
                    List.of("jobs_operation", "jobs_step", "jobs_log", "scheduled_tasks", "test_finished")) {
                try (var statement = tx.connection().createStatement()) {
                    statement.execute("DELETE FROM " + table);
                }
            }
        });
    }

    private static List<StepStatus> statuses(Operation operation) {
        return operation.steps().stream().map(Operation.Step::status).toList();
    }

    private static PlatformException refused(Runnable call) {
        try {
            call.run();
        } catch (PlatformException e) {
            return e;
        }
        throw new AssertionError("Nothing was refused");
    }

    /** One in some thousand looks missed the operation whose status changed at that moment. */
    @Test
    void isThereWhileItsStatusChanges() throws Exception {
        ScriptedHandler.Gate gate = new ScriptedHandler.Gate();
        node.add(new ScriptedHandler("make", "one").on("one", gate));
        Operation operation = node.submit("make");
        gate.entered.acquire();
        CompletableFuture<Void> changes = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < 2000; i++) {
                Status status = i % 2 == 0 ? Status.COMPENSATING : Status.RUNNING;
                database.run("*", tx -> {
                    try (var update = tx.connection().prepareStatement("UPDATE jobs_operation SET status = ?")) {
                        update.setString(1, status.name());
                        update.executeUpdate();
                    }
                });
            }
        });

        while (!changes.isDone()) {
            assertThat(node.operations.await(ALICE.tenantId(), operation.id(), Duration.ZERO))
                    .isNotNull();
        }
        changes.get();
    }

    @Test
    void runsTheStepsInOrderAndKeepsWhatTheyLeave() {
        ScriptedHandler handler = new ScriptedHandler("make", "one", "two", "three")
                .on("one", step -> Map.of("pid", 42, "output", Map.of("url", "http://a")))
                .on("two", step -> {
                    assertThat(step.checkpointOf("one").orElseThrow()).containsEntry("pid", 42);
                    assertThat(step.checkpointOf("three")).isEmpty();
                    assertThat(step.operation().input()).containsEntry("name", "x");
                    step.checkpoint(Map.of("half", true));
                    assertThat(step.checkpoint()).containsEntry("half", true);
                    return Map.of("output", Map.of("port", 80));
                });
        node.add(handler);

        Operation submitted = node.submit(ALICE, "make", Map.of("name", "x"));
        Operation ended = node.awaitEnd(submitted);

        assertThat(submitted.status()).isEqualTo(Status.PENDING);
        assertThat(submitted.id()).startsWith("op-");
        assertThat(ended.status()).isEqualTo(Status.COMPLETED);
        assertThat(ended.createdBy()).isEqualTo("user_alice");
        assertThat(ended.output()).isEqualTo(Map.of("url", "http://a", "port", 80));
        assertThat(ended.error()).isNull();
        assertThat(ended.startedAt()).isAfterOrEqualTo(ended.createdAt());
        assertThat(ended.finishedAt()).isAfterOrEqualTo(ended.startedAt());
        assertThat(statuses(ended)).containsOnly(StepStatus.COMPLETED);
        assertThat(ended.steps()).allSatisfy(step -> assertThat(step.attempts()).isEqualTo(1));
        assertThat(handler.calls).containsExactly("one", "two", "three", "finished");
        assertThat(node.finishedRows(ended)).isEqualTo(1);
        assertThat(node.count("SELECT COUNT(*) FROM scheduled_tasks")).isZero();
    }

    @Test
    void startsWithoutWaitingForThePoll() {
        node.close();
        node = new Node(database, "node-one", withPoll(Duration.ofMinutes(10)));
        node.add(new ScriptedHandler("make", "one"));
        Awaitility.await().until(() -> node.engine.health().status().name().equals("HEALTHY"));

        for (int i = 0; i < 10; i++) {
            assertThat(node.awaitEnd(node.submit("make")).status()).isEqualTo(Status.COMPLETED);
        }
    }

    private static JobSettings withPoll(Duration poll) {
        var base = Node.SETTINGS;
        return new JobSettings(
                base.threads(),
                poll,
                base.heartbeat(),
                base.missedHeartbeats(),
                base.stepRetries(),
                base.backoff(),
                base.backoffLimit(),
                base.swapWait(),
                base.stopWait(),
                base.retention(),
                base.logLines());
    }

    @Test
    void neverWasAfterARollback() {
        ScriptedHandler handler = new ScriptedHandler("make", "one");
        node.add(handler);

        assertThatThrownBy(() -> node.store.run("ten_a", tx -> {
                    node.operations.submit(tx, ALICE, "make", "t", Map.of());
                    throw new IllegalStateException("rolled back");
                }))
                .hasMessage("rolled back");

        assertThat(node.operations
                        .list("ten_a", null, null, PageRequest.first(10))
                        .items())
                .isEmpty();
        assertThat(node.count("SELECT COUNT(*) FROM scheduled_tasks")).isZero();
        assertThat(node.awaitEnd(node.submit("make")).status()).isEqualTo(Status.COMPLETED);
        assertThat(handler.calls).containsExactly("one", "finished");
    }

    @Test
    void refusesAKindNobodyDoes() {
        PlatformException refused = refused(() -> node.submit("unknown"));

        assertThat(refused.kind()).isEqualTo(ErrorKind.UNAVAILABLE);
        assertThat(refused.retryAfter()).isPresent();
    }

    @Test
    void refusesInputThatIsNotJson() {
        node.add(new ScriptedHandler("make", "one"));

        assertThatThrownBy(() -> node.submit(ALICE, "make", Map.of("a", Map.of("b", new Object()))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(".a.b");
    }

    @Test
    void triesATransientFailureAgainAndCountsTheAttempts() {
        AtomicInteger calls = new AtomicInteger();
        node.add(new ScriptedHandler("make", "one", "two").on("two", step -> {
            if (calls.incrementAndGet() < 3) {
                throw OperationException.transientFailure("BUSY", "Not yet", Duration.ofMillis(10), null);
            }
            return Map.of();
        }));

        Operation ended = node.awaitEnd(node.submit("make"));

        assertThat(ended.status()).isEqualTo(Status.COMPLETED);
        assertThat(ended.steps().get(0).attempts()).isEqualTo(1);
        assertThat(ended.steps().get(1).attempts()).isEqualTo(3);
        assertThat(ended.steps().get(1).message()).isNull();
    }

    @Test
    void failsAStepWhoseTransientFailuresDoNotEnd() {
        ScriptedHandler handler = new ScriptedHandler("make", "one").on("one", step -> {
            throw OperationException.transientFailure("BUSY", "Not yet", Duration.ZERO, null);
        });
        node.add(handler);

        Operation ended = node.awaitEnd(node.submit("make"));

        assertThat(ended.status()).isEqualTo(Status.FAILED);
        assertThat(ended.error().code()).isEqualTo("BUSY");
        assertThat(ended.steps().get(0).attempts()).isEqualTo(Node.SETTINGS.stepRetries() + 1);
        assertThat(handler.calls).endsWith("undo one", "finished");
    }

    @Test
    void undoesInReverseOnlyWhatWasBegun() {
        List<Object> seen = new ArrayList<>();
        ScriptedHandler handler = new ScriptedHandler("make", "one", "two", "three", "four")
                .on("three", step -> {
                    step.checkpoint(Map.of("half", "made"));
                    throw OperationException.fatal("NO_ROOM", "The engine has no room", null);
                })
                .undoing("three", step -> {
                    seen.add(step.checkpoint().get("half"));
                    seen.add(step.checkpointOf("one").isPresent());
                    return Map.of();
                });
        node.add(handler);

        Operation ended = node.awaitEnd(node.submit("make"));

        assertThat(ended.status()).isEqualTo(Status.FAILED);
        assertThat(ended.error().code()).isEqualTo("NO_ROOM");
        assertThat(ended.error().message()).isEqualTo("The engine has no room");
        assertThat(handler.calls)
                .containsExactly("one", "two", "three", "undo three", "undo two", "undo one", "finished");
        assertThat(seen).containsExactly("made", true);
        assertThat(statuses(ended))
                .containsExactly(StepStatus.COMPENSATED, StepStatus.COMPENSATED, StepStatus.FAILED, StepStatus.SKIPPED);
        assertThat(ended.steps().get(2).message()).isEqualTo("The engine has no room");
        assertThat(ended.output()).isEmpty();
        assertThat(node.finishedRows(ended)).isEqualTo(1);
    }

    @Test
    void keepsUndoingWhenAStepCannotBeUndone() {
        ScriptedHandler handler = new ScriptedHandler("make", "one", "two", "three")
                .on("three", step -> {
                    throw OperationException.fatal("BROKEN", "Broken", null);
                })
                .undoing("two", step -> {
                    throw OperationException.fatal("STUCK", "The engine keeps it", null);
                });
        node.add(handler);

        Operation ended = node.awaitEnd(node.submit("make"));

        assertThat(ended.status()).isEqualTo(Status.FAILED);
        assertThat(ended.error().code()).isEqualTo("BROKEN");
        assertThat(statuses(ended))
                .containsExactly(StepStatus.COMPENSATED, StepStatus.COMPENSATION_FAILED, StepStatus.FAILED);
        assertThat(ended.steps().get(1).message()).isEqualTo("The engine keeps it");
        assertThat(handler.calls).endsWith("undo three", "undo two", "undo one", "finished");
    }

    @Test
    void triesATransientFailureOfUndoingAgain() {
        AtomicInteger calls = new AtomicInteger();
        node.add(new ScriptedHandler("make", "one")
                .on("one", step -> {
                    throw OperationException.fatal("BROKEN", "Broken", null);
                })
                .undoing("one", step -> {
                    if (calls.incrementAndGet() < 3) {
                        throw OperationException.transientFailure("BUSY", "Not yet", Duration.ZERO, null);
                    }
                    return Map.of();
                }));

        Operation ended = node.awaitEnd(node.submit("make"));

        assertThat(ended.status()).isEqualTo(Status.FAILED);
        assertThat(calls).hasValue(3);
        assertThat(statuses(ended)).containsExactly(StepStatus.FAILED);
    }

    @Test
    void doesNotShowWhatAModuleThrewByMistake() {
        node.add(new ScriptedHandler("make", "one").on("one", step -> {
            throw new IllegalStateException("jdbc:secret at org.example.Internal");
        }));

        Operation ended = node.awaitEnd(node.submit("make"));

        assertThat(ended.status()).isEqualTo(Status.FAILED);
        assertThat(ended.error().code()).isEqualTo("INTERNAL_ERROR");
        assertThat(ended.error().message() + ended.steps().get(0).message()).doesNotContain("secret", "org.example");
    }

    @Test
    void continuesAfterACompensatedFailureFromTheFirstCompensatedStep() {
        AtomicInteger broken = new AtomicInteger(1);
        ScriptedHandler handler = new ScriptedHandler("make", "one", "two").on("two", step -> {
            if (broken.getAndDecrement() > 0) {
                throw OperationException.fatal("BROKEN", "Broken", null);
            }
            return Map.of();
        });
        node.add(handler);
        Operation failed = node.awaitEnd(node.submit("make"));

        Operation again = node.operations.retry(ALICE, failed.id());
        Operation ended = node.awaitEnd(again);

        assertThat(again.status()).isEqualTo(Status.PENDING);
        assertThat(statuses(again)).containsOnly(StepStatus.PENDING);
        assertThat(again.error()).isNull();
        assertThat(ended.status()).isEqualTo(Status.COMPLETED);
        assertThat(handler.calls)
                .containsExactly("one", "two", "undo two", "undo one", "finished", "one", "two", "finished");
        assertThat(node.finishedRows(ended)).isEqualTo(2);
        assertThat(ended.steps().get(1).attempts()).isEqualTo(2);
    }

    @Test
    void undoesOnTheNextFailureWhatCouldNotBeUndoneBefore() {
        AtomicInteger stuck = new AtomicInteger(1);
        ScriptedHandler handler = new ScriptedHandler("make", "one", "two")
                .on("one", step -> {
                    throw OperationException.fatal("BROKEN", "Broken", null);
                })
                .undoing("one", step -> {
                    if (stuck.getAndDecrement() > 0) {
                        throw OperationException.fatal("STUCK", "Stuck", null);
                    }
                    return Map.of();
                });
        node.add(handler);
        Operation failed = node.awaitEnd(node.submit("make"));
        assertThat(statuses(failed)).containsExactly(StepStatus.COMPENSATION_FAILED, StepStatus.SKIPPED);

        node.operations.retry(ALICE, failed.id());
        Operation ended = node.awaitEnd(failed);

        assertThat(ended.status()).isEqualTo(Status.FAILED);
        assertThat(statuses(ended)).containsExactly(StepStatus.FAILED, StepStatus.SKIPPED);
    }

    @Test
    void triesOnlyFailedOperationsAgain() {
        node.add(new ScriptedHandler("make", "one"));
        Operation completed = node.awaitEnd(node.submit("make"));

        assertThat(refused(() -> node.operations.retry(ALICE, completed.id())).kind())
                .isEqualTo(ErrorKind.CONFLICT);
        assertThat(refused(() -> node.operations.retry(BOB, completed.id())).kind())
                .isEqualTo(ErrorKind.NOT_FOUND);
        assertThat(refused(() -> node.operations.retry(ALICE, "op-none")).kind())
                .isEqualTo(ErrorKind.NOT_FOUND);
    }

    @Test
    void cancelsARunningStepThatLooks() {
        AtomicBoolean askedTwice = new AtomicBoolean();
        ScriptedHandler handler = new ScriptedHandler("make", "one", "two", "three").on("two", step -> {
            step.log("working");
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> step.cancelRequested() && askedTwice.get());
            throw OperationException.fatal("CANCELLED", "Given up", null);
        });
        node.add(handler);
        Operation operation = node.submit("make");
        Awaitility.await().until(() -> handler.calls.contains("two"));

        node.operations.cancel(ALICE, operation.id());
        node.operations.cancel(ALICE, operation.id());
        askedTwice.set(true);
        Operation ended = node.awaitEnd(operation);

        assertThat(ended.status()).isEqualTo(Status.CANCELLED);
        assertThat(ended.error()).isNull();
        assertThat(statuses(ended)).containsExactly(StepStatus.COMPENSATED, StepStatus.COMPENSATED, StepStatus.SKIPPED);
        assertThat(handler.calls).containsExactly("one", "two", "undo two", "undo one", "finished");
        PlatformException late = refused(() -> node.operations.cancel(ALICE, operation.id()));
        assertThat(late.kind()).isEqualTo(ErrorKind.CONFLICT);
        assertThat(late.details()).containsEntry("status", "cancelled");
    }

    @Test
    void cancelsAnOperationWhoseLastStepIsJustCompleting() {
        ScriptedHandler.Gate gate = new ScriptedHandler.Gate();
        ScriptedHandler handler = new ScriptedHandler("make", "one").on("one", gate);
        node.add(handler);
        Operation operation = node.submit("make");
        gate.entered.acquireUninterruptibly();

        node.operations.cancel(ALICE, operation.id());
        gate.leave.release();

        assertThat(node.awaitEnd(operation).status()).isEqualTo(Status.CANCELLED);
        assertThat(handler.calls).containsExactly("one", "undo one", "finished");
    }

    @Test
    void cancelsWhileWaitingToTryAgain() {
        ScriptedHandler handler = new ScriptedHandler("make", "one").on("one", step -> {
            throw OperationException.transientFailure("BUSY", "Not yet", Duration.ofMinutes(10), null);
        });
        node.add(handler);
        Operation operation = node.submit("make");
        Awaitility.await().until(() -> node.get(operation).steps().get(0).message() != null);

        node.operations.cancel(ALICE, operation.id());

        assertThat(node.awaitEnd(operation).status()).isEqualTo(Status.CANCELLED);
        assertThat(handler.calls).containsExactly("one", "undo one", "finished");
    }

    @Test
    void cancelsWhatHasNotBegunWithoutBeginningIt() {
        ScriptedHandler planner = new ScriptedHandler("make", "one");
        long planned = node.add(planner, Stage.DRAINING);
        Operation operation = node.submit("make");

        node.operations.cancel(ALICE, operation.id());
        assertThat(node.get(operation).status()).isEqualTo(Status.PENDING);
        node.stages(Map.of(planned, Stage.ACTING));
        Operation ended = node.awaitEnd(operation);

        assertThat(ended.status()).isEqualTo(Status.CANCELLED);
        assertThat(statuses(ended)).containsExactly(StepStatus.SKIPPED);
        assertThat(planner.calls).containsExactly("finished");
    }

    @Test
    void cancellationDoesNotTurnAFailureThatIsBeingUndone() {
        ScriptedHandler.Gate gate = new ScriptedHandler.Gate();
        node.add(new ScriptedHandler("make", "one")
                .on("one", step -> {
                    throw OperationException.fatal("BROKEN", "Broken", null);
                })
                .undoing("one", gate));
        Operation operation = node.submit("make");
        gate.entered.acquireUninterruptibly();
        assertThat(node.get(operation).status()).isEqualTo(Status.COMPENSATING);

        node.operations.cancel(ALICE, operation.id());
        gate.leave.release();

        Operation ended = node.awaitEnd(operation);
        assertThat(ended.status()).isEqualTo(Status.FAILED);
        assertThat(ended.error().code()).isEqualTo("BROKEN");
    }

    @Test
    void saysWhatACancellationLeftBehind() {
        ScriptedHandler.Gate gate = new ScriptedHandler.Gate();
        node.add(new ScriptedHandler("make", "one").on("one", gate).undoing("one", step -> {
            throw OperationException.fatal("STUCK", "The engine keeps it", null);
        }));
        Operation operation = node.submit("make");
        gate.entered.acquireUninterruptibly();
        node.operations.cancel(ALICE, operation.id());
        gate.leave.release();

        Operation ended = node.awaitEnd(operation);

        assertThat(ended.status()).isEqualTo(Status.CANCELLED);
        assertThat(ended.error().code()).isEqualTo("COMPENSATION_FAILED");
        assertThat(statuses(ended)).containsExactly(StepStatus.COMPENSATION_FAILED);
    }

    @Test
    void otherTenantsSeeAndChangeNothing() {
        ScriptedHandler.Gate gate = new ScriptedHandler.Gate();
        node.add(new ScriptedHandler("make", "one").on("one", gate));
        Operation operation = node.submit("make");
        gate.entered.acquireUninterruptibly();

        assertThat(node.operations.find("ten_b", operation.id())).isEmpty();
        assertThat(node.operations.findByTarget("ten_b", "make", "target-1")).isEmpty();
        assertThat(node.operations
                        .list("ten_b", null, null, PageRequest.first(10))
                        .total())
                .isZero();
        assertThat(node.operations.logs("ten_b", operation.id(), 0, 10)).isEmpty();
        assertThat(refused(() -> node.operations.cancel(BOB, operation.id())).kind())
                .isEqualTo(ErrorKind.NOT_FOUND);
        assertThatThrownBy(() -> node.operations.await("ten_b", operation.id(), Duration.ofSeconds(1)))
                .isInstanceOf(PlatformException.class);
        assertThat(node.operations.findByTarget("ten_a", "make", "target-1")).isPresent();
        gate.leave.release();
        assertThat(node.awaitEnd(operation).status()).isEqualTo(Status.COMPLETED);
    }

    @Test
    void waitsForAHandlerThatIsNotThereAndGoesOnWhenItAppears() {
        ScriptedHandler.Gate gate = new ScriptedHandler.Gate();
        ScriptedHandler first = new ScriptedHandler("make", "one", "two").on("one", gate);
        long service = node.add(first);
        Operation operation = node.submit("make");
        gate.entered.acquireUninterruptibly();

        node.engine.remove(service);
        Awaitility.await().until(() -> node.count("SELECT COUNT(*) FROM scheduled_tasks WHERE picked = false") == 1);
        assertThat(node.get(operation).status()).isEqualTo(Status.RUNNING);
        ScriptedHandler second = new ScriptedHandler("make", "one", "two");
        long start = System.nanoTime();
        node.add(second);
        Operation ended = node.awaitEnd(operation);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        assertThat(ended.status()).isEqualTo(Status.COMPLETED);
        assertThat(second.calls).containsExactly("one", "two", "finished");
    }

    @Test
    void beginsAnInterruptedStepAgainOnTheNewerHandlerWithoutCountingAFailure() {
        ScriptedHandler.Gate gate = new ScriptedHandler.Gate();
        ScriptedHandler older = new ScriptedHandler("make", "one", "two").on("two", step -> {
            step.checkpoint(Map.of("port", 8080));
            return gate.run(step);
        });
        long service = node.add(older);
        Operation operation = node.submit("make");
        gate.entered.acquireUninterruptibly();
        List<Object> found = new ArrayList<>();
        ScriptedHandler newer = new ScriptedHandler("make", "one", "two").on("two", step -> {
            found.add(step.checkpoint().get("port"));
            return Map.of();
        });
        node.add(newer);

        node.engine.remove(service);
        Operation ended = node.awaitEnd(operation);

        assertThat(ended.status()).isEqualTo(Status.COMPLETED);
        assertThat(older.calls).containsExactly("one", "two");
        assertThat(newer.calls).containsExactly("two", "finished");
        assertThat(found).containsExactly(8080);
        assertThat(ended.steps().get(1).attempts()).isEqualTo(2);
    }

    @Test
    void drainsABundleByLettingShortStepsEnd() throws Exception {
        ScriptedHandler.Gate gate = new ScriptedHandler.Gate();
        ScriptedHandler older = new ScriptedHandler("make", "one", "two").on("one", gate);
        long bundle = node.add(older);
        Operation operation = node.submit("make");
        gate.entered.acquireUninterruptibly();
        ScriptedHandler newer = new ScriptedHandler("make", "one", "two");
        node.add(newer);
        assertThat(node.engine.count(bundle)).isEqualTo(1);

        Thread opener = new Thread(gate.leave::release);
        opener.start();
        assertThat(node.engine.drain(bundle, Duration.ofSeconds(10))).isTrue();
        opener.join();

        assertThat(node.engine.count(bundle)).isZero();
        assertThat(node.awaitEnd(operation).status()).isEqualTo(Status.COMPLETED);
        assertThat(older.calls).containsExactly("one");
        assertThat(newer.calls).containsExactly("two", "finished");
    }

    @Test
    void drainInterruptsWhatDoesNotEndAndSaysWhatDoesNotLeave() throws Exception {
        ScriptedHandler.DeafGate deaf = new ScriptedHandler.DeafGate();
        ScriptedHandler older = new ScriptedHandler("make", "one").on("one", deaf);
        long bundle = node.add(older);
        Operation operation = node.submit("make");
        deaf.entered.acquireUninterruptibly();

        assertThat(node.engine.drain(bundle, Duration.ofMillis(50))).isFalse();
        deaf.leave.release();

        // It came to its end after all, so it is completed.
        node.add(new ScriptedHandler("make", "one"));
        Operation ended = node.awaitEnd(operation);
        assertThat(ended.steps().get(0).attempts()).isEqualTo(1);
        assertThat(ended.steps().get(0).checkpoint()).containsEntry("deaf", true);
    }

    @Test
    void beginsNoStepOnACandidateNewerThoughItIs() {
        ScriptedHandler.Gate gate = new ScriptedHandler.Gate();
        ScriptedHandler acting = new ScriptedHandler("make", "one", "two").on("one", gate);
        node.add(acting);
        Operation operation = node.submit("make");
        gate.entered.acquireUninterruptibly();
        ScriptedHandler candidate = new ScriptedHandler("make", "never", "planned");
        long refused = node.add(candidate, Stage.CANDIDATE);
        gate.leave.release();

        assertThat(node.awaitEnd(operation).status()).isEqualTo(Status.COMPLETED);
        assertThat(node.submit("make").steps()).extracting(Operation.Step::name).containsExactly("one", "two");
        gate.leave.release();
        node.engine.remove(refused);

        assertThat(candidate.calls).isEmpty();
        assertThat(acting.calls).startsWith("one", "two", "finished");
    }

    @Test
    void leavesWhatOnlyACandidateCouldDoUntilItActs() {
        ScriptedHandler candidate = new ScriptedHandler("make", "one");
        long bundle = node.add(candidate, Stage.DRAINING); // so that there is a plan
        Operation operation = node.submit("make");
        node.stages(Map.of(bundle, Stage.CANDIDATE));
        assertThatThrownBy(() -> node.submit("make"))
                .isInstanceOf(PlatformException.class)
                .hasMessageContaining("Nothing on this platform does make");
        assertThat(node.get(operation).status()).isEqualTo(Status.PENDING);
        assertThat(candidate.calls).isEmpty();

        node.stages(Map.of(bundle, Stage.ACTING));

        assertThat(node.awaitEnd(operation).status()).isEqualTo(Status.COMPLETED);
        assertThat(candidate.calls).containsExactly("one", "finished");
    }

    @Test
    void endsARunningStepOnTheOldCodeAndGoesOnWithTheNew() throws Exception {
        ScriptedHandler.Gate gate = new ScriptedHandler.Gate();
        ScriptedHandler older = new ScriptedHandler("make", "one", "two").on("one", gate);
        long before = node.add(older);
        ScriptedHandler newer = new ScriptedHandler("make", "one", "two");
        long after = node.add(newer, Stage.CANDIDATE);
        Operation operation = node.submit("make");
        gate.entered.acquireUninterruptibly();

        node.stages(Map.of(before, Stage.DRAINING, after, Stage.ACTING));
        CompletableFuture<Boolean> drained = CompletableFuture.supplyAsync(() -> {
            try {
                return node.engine.drain(before, Duration.ofSeconds(30));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(drained).isNotDone();
        gate.leave.release();
        assertThat(drained.get(30, TimeUnit.SECONDS)).isTrue();
        node.engine.remove(before);

        Operation ended = node.awaitEnd(operation);
        assertThat(ended.status()).isEqualTo(Status.COMPLETED);
        assertThat(ended.steps().get(0).attempts()).isEqualTo(1);
        assertThat(older.calls).containsExactly("one");
        assertThat(newer.calls).containsExactly("two", "finished");
    }

    @Test
    void newestHandlerGetsTheNextStep() {
        ScriptedHandler.Gate gate = new ScriptedHandler.Gate();
        ScriptedHandler older = new ScriptedHandler("make", "one", "two").on("one", gate);
        node.add(older);
        Operation operation = node.submit("make");
        gate.entered.acquireUninterruptibly();
        ScriptedHandler newer = new ScriptedHandler("make", "one", "two");
        node.add(newer);
        gate.leave.release();

        node.awaitEnd(operation);

        assertThat(newer.calls).containsExactly("two", "finished");
    }

    @Test
    void endsOnlyTogetherWithTheModulesOwnRecords() {
        AtomicInteger refusals = new AtomicInteger(2);
        ScriptedHandler handler = new ScriptedHandler("make", "one").ending((tx, operation) -> {
            if (refusals.getAndDecrement() > 0) {
                throw new IllegalStateException("not now");
            }
        });
        node.add(handler);

        Operation ended = node.awaitEnd(node.submit("make"));

        assertThat(ended.status()).isEqualTo(Status.COMPLETED);
        assertThat(handler.calls).containsExactly("one", "finished", "finished", "finished");
        assertThat(node.finishedRows(ended)).isEqualTo(1);
    }

    @Test
    void stoppingInterruptsAndTheNextLifeGoesOn() {
        ScriptedHandler.Gate gate = new ScriptedHandler.Gate();
        node.add(new ScriptedHandler("make", "one", "two").on("two", gate));
        Operation operation = node.submit("make");
        gate.entered.acquireUninterruptibly();

        node.close();
        Operation between = node.get(operation);
        assertThat(between.status()).isEqualTo(Status.RUNNING);
        assertThat(statuses(between)).containsExactly(StepStatus.COMPLETED, StepStatus.PENDING);
        assertThat(node.count("SELECT COUNT(*) FROM scheduled_tasks WHERE picked = true"))
                .isZero();
        node = new Node(database, "node-one");
        ScriptedHandler next = new ScriptedHandler("make", "one", "two");
        node.add(next);

        assertThat(node.awaitEnd(operation).status()).isEqualTo(Status.COMPLETED);
        assertThat(next.calls).containsExactly("two", "finished");
    }

    @Test
    void neverExecutesMoreThanItsThreads() {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        node.add(new ScriptedHandler("make", "one", "two").on("two", step -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            new Semaphore(0).tryAcquire(20, TimeUnit.MILLISECONDS);
            now.decrementAndGet();
            return Map.of();
        }));
        List<Operation> all = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            all.add(node.submit("make"));
        }

        all.forEach(operation -> assertThat(node.awaitEnd(operation).status()).isEqualTo(Status.COMPLETED));

        assertThat(most.get()).isBetween(2, Node.SETTINGS.threads());
    }

    @Test
    void awaitReturnsAtTheEndOrWhenTheTimeIsOver() throws Exception {
        ScriptedHandler.Gate gate = new ScriptedHandler.Gate();
        node.add(new ScriptedHandler("make", "one").on("one", gate));
        Operation operation = node.submit("make");

        Operation early = node.operations.await("ten_a", operation.id(), Duration.ofMillis(50));
        assertThat(early.status().finished()).isFalse();
        gate.leave.release();
        Operation ended = node.operations.await("ten_a", operation.id(), Duration.ofSeconds(20));

        assertThat(ended.status()).isEqualTo(Status.COMPLETED);
    }

    @Test
    void logLinesAreReadableWhileTheStepRuns() {
        ScriptedHandler.Gate gate = new ScriptedHandler.Gate();
        node.add(new ScriptedHandler("make", "one").on("one", step -> {
            step.log("first\u0000line");
            step.log("x".repeat(10_000));
            return gate.run(step);
        }));
        Operation operation = node.submit("make");
        gate.entered.acquireUninterruptibly();

        List<LogLine> lines = Awaitility.await()
                .pollInterval(Duration.ofMillis(5))
                .until(() -> node.operations.logs("ten_a", operation.id(), 0, 10), found -> found.size() == 3);
        assertThat(lines).extracting(LogLine::sequence).containsExactly(1L, 2L, 3L);
        assertThat(lines.get(0).text()).isEqualTo("started");
        assertThat(lines.get(1).text()).isEqualTo("first\uFFFDline");
        assertThat(lines.get(1).step()).isEqualTo("one");
        assertThat(lines.get(2).text()).hasSize(4000);
        assertThat(node.operations.logs("ten_a", operation.id(), 2, 10)).hasSize(1);
        gate.leave.release();
        node.awaitEnd(operation);

        List<LogLine> all = node.operations.logs("ten_a", operation.id(), 0, 10);
        assertThat(all.get(all.size() - 1).text()).isEqualTo("Operation completed");
    }

    @Test
    void keepsABoundedLogAndSaysSo() {
        node.add(new ScriptedHandler("make", "one").on("one", step -> {
            for (int i = 0; i < 3000; i++) {
                step.log("line " + i);
            }
            return Map.of();
        }));
        Operation ended = node.awaitEnd(node.submit("make"));

        List<LogLine> last = node.operations.logs("ten_a", ended.id(), 990, 1000);
        assertThat(last.get(last.size() - 1).text()).isEqualTo("Operation completed");
        assertThat(last).extracting(LogLine::text).contains("The log is full; further lines are dropped");
        assertThat(last).hasSizeLessThan(20);
    }

    @Test
    void listsNewestFirstThroughCursorsWithoutRepeatingOrMissing() {
        node.add(new ScriptedHandler("make", "one"));
        node.add(new ScriptedHandler("break", "one").on("one", step -> {
            throw OperationException.fatal("BROKEN", "Broken", null);
        }));
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            made.add(0, node.awaitEnd(node.submit("make")).id());
        }
        node.awaitEnd(node.submit("break"));

        Set<String> seen = new HashSet<>();
        List<String> order = new ArrayList<>();
        String cursor = null;
        do {
            Page<Operation> page = node.operations.list("ten_a", "make", null, new PageRequest(3, 0, cursor));
            assertThat(page.total()).isEqualTo(7);
            page.items()
                    .forEach(operation -> assertThat(seen.add(operation.id())).isTrue());
            page.items().forEach(operation -> order.add(operation.id()));
            cursor = page.nextCursor().orElse(null);
        } while (cursor != null);

        assertThat(order).isEqualTo(made);
        assertThat(node.operations
                        .list("ten_a", null, Status.FAILED, PageRequest.first(10))
                        .items())
                .extracting(Operation::kind)
                .containsExactly("break");
        assertThat(node.operations
                        .list("ten_a", "make", null, new PageRequest(3, 5, null))
                        .items())
                .extracting(Operation::id)
                .isEqualTo(made.subList(5, 7));
        assertThat(refused(() -> node.operations.list("ten_a", null, null, new PageRequest(3, 0, "nonsense")))
                        .kind())
                .isEqualTo(ErrorKind.VALIDATION);
    }

    @Test
    void historyHoldsDurationsOfTheSameInputOnly() {
        node.add(new ScriptedHandler("make", "one"));
        node.awaitEnd(node.submit(ALICE, "make", Map.of("template", "web")));
        node.awaitEnd(node.submit(ALICE, "make", Map.of("template", "web")));
        node.awaitEnd(node.submit(ALICE, "make", Map.of("template", "worker")));
        node.awaitEnd(node.submit(BOB, "make", Map.of("template", "web")));

        assertThat(node.operations.history("ten_a", "make", "template", "web"))
                .hasSize(2)
                .allSatisfy(duration -> assertThat(duration).isPositive());
        assertThat(node.operations.history("ten_a", "make", "template", "none")).isEmpty();
        assertThat(node.operations.history("ten_a", "other", "template", "web")).isEmpty();
    }
}
