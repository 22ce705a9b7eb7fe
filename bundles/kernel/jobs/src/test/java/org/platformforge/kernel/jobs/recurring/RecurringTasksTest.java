package org.platformforge.kernel.jobs.recurring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.jobs.RecurringTask;

class RecurringTasksTest {
    private static final Duration SOON = Duration.ofMillis(10);
    private static final Duration LONG = Duration.ofHours(1);
    private static final long OLD = 10;
    private static final long NEW = 20;

    private final Set<Long> acting = ConcurrentHashMap.newKeySet();
    private final Set<Long> readOnly = ConcurrentHashMap.newKeySet();
    private final AtomicInteger refused = new AtomicInteger();
    private final RecurringTasks tasks =
            new RecurringTasks(acting::contains, this::requireWritable, Duration.ofSeconds(30));

    /** What a run does. */
    private interface Body {
        void run() throws InterruptedException;
    }

    private record Task(String name, Duration delay, Duration period, Body body) implements RecurringTask {
        @Override
        public void run() throws InterruptedException {
            body.run();
        }
    }

    @AfterEach
    void close() {
        tasks.close();
    }

    @Test
    void aCandidateThatIsNeverAcceptedNeverRuns() {
        AtomicInteger old = new AtomicInteger();
        AtomicInteger candidate = new AtomicInteger();
        become(OLD);
        tasks.add(task("task", old::incrementAndGet), OLD, 1);
        tasks.add(new Task("task", Duration.ZERO, SOON, candidate::incrementAndGet), NEW, 2);

        awaitMore(old);
        tasks.remove(2); // it was refused
        awaitMore(old);

        assertThat(candidate).hasValue(0);
    }

    @Test
    void changesOverWithTheBundleThatActs() throws Exception {
        AtomicInteger old = new AtomicInteger();
        AtomicInteger fresh = new AtomicInteger();
        become(OLD);
        tasks.add(task("task", old::incrementAndGet), OLD, 1);
        tasks.add(task("task", fresh::incrementAndGet), NEW, 2);
        awaitMore(old);

        become(NEW);
        assertThat(tasks.drain(OLD, Duration.ofSeconds(30))).isTrue();
        int last = old.get();
        awaitMore(fresh);
        assertThat(old).hasValue(last);
    }

    @Test
    void aBundleThatActsAgainGoesOn() {
        AtomicInteger runs = new AtomicInteger();
        AtomicInteger others = new AtomicInteger();
        become(OLD);
        tasks.add(task("task", runs::incrementAndGet), OLD, 1);
        tasks.add(task("other", others::incrementAndGet), NEW, 2);
        awaitMore(runs);
        become(NEW);
        awaitMore(others);
        become(OLD);
        awaitMore(runs);
    }

    @Test
    void neverRunsTwiceAtOnceHoweverOftenStagesChange() {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger runs = new AtomicInteger();
        tasks.add(
                new Task("task", Duration.ZERO, SOON, () -> {
                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    for (int i = 0; i < 20; i++) {
                        tasks.look();
                    }
                    inside.decrementAndGet();
                    runs.incrementAndGet();
                }),
                OLD,
                1);
        for (int i = 0; i < 200; i++) {
            become(OLD);
            become(NEW);
        }
        become(OLD);
        awaitMore(runs);
        assertThat(most).hasValue(1);
    }

    @Test
    void aRunIsWaitedForWhenItsTaskGoes() throws Exception {
        Semaphore entered = new Semaphore(0);
        CountDownLatch leave = new CountDownLatch(1);
        AtomicInteger ended = new AtomicInteger();
        become(OLD);
        tasks.add(
                new Task("task", Duration.ZERO, SOON, () -> {
                    entered.release();
                    leave.await();
                    ended.incrementAndGet();
                }),
                OLD,
                1);
        assertThat(entered.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
        assertThat(tasks.count(OLD)).isOne();
        assertThat(tasks.count(NEW)).isZero();

        CompletableFuture<Integer> gone = CompletableFuture.supplyAsync(() -> {
            tasks.remove(1);
            return ended.get();
        });
        assertThat(gone).isNotDone();
        leave.countDown();

        assertThat(gone.get(30, TimeUnit.SECONDS)).isOne();
        assertThat(entered.availablePermits()).isZero();
    }

    @Test
    void aRunThatTakesTooLongIsInterruptedAndNotBegunAgain() throws Exception {
        Semaphore entered = new Semaphore(0);
        CompletableFuture<String> interrupted = new CompletableFuture<>();
        become(OLD);
        tasks.add(
                new Task("task", Duration.ZERO, SOON, () -> {
                    entered.release();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        interrupted.complete(Thread.currentThread().getName());
                        throw e;
                    }
                }),
                OLD,
                1);
        assertThat(entered.tryAcquire(30, TimeUnit.SECONDS)).isTrue();

        // nothing is left only when the run ends within as long again
        tasks.drain(OLD, Duration.ofMillis(1));

        assertThat(interrupted.get(30, TimeUnit.SECONDS)).isEqualTo("forge-task");
        await().atMost(Duration.ofSeconds(30)).until(() -> tasks.count(OLD) == 0);
        tasks.look();
        assertThat(entered.availablePermits()).isZero();
    }

    @Test
    void aTaskMayTakeItsOwnBundleAway() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        become(OLD);
        tasks.add(
                new Task("task", Duration.ZERO, SOON, () -> {
                    tasks.remove(1);
                    done.complete(null);
                }),
                OLD,
                1);
        assertThat(done).succeedsWithin(Duration.ofSeconds(30));
    }

    @Test
    void whatATaskThrowsEndsItsRunAlone() {
        AtomicInteger failing = new AtomicInteger();
        AtomicInteger timeless = new AtomicInteger();
        AtomicInteger other = new AtomicInteger();
        become(OLD);
        tasks.add(
                task("failing", () -> {
                    if (failing.incrementAndGet() % 2 == 1) {
                        throw new IllegalStateException("not now");
                    }
                    throw new AssertionError("nor now");
                }),
                OLD,
                1);
        tasks.add(new Task("timeless", SOON, null, timeless::incrementAndGet), OLD, 2);
        tasks.add(task("other", other::incrementAndGet), OLD, 3);

        awaitMore(failing);
        awaitMore(other);
        await().atMost(Duration.ofSeconds(30)).until(() -> timeless.get() == 1);
    }

    @Test
    void aSlowTaskKeepsNoOtherWaiting() {
        CountDownLatch leave = new CountDownLatch(1);
        AtomicInteger other = new AtomicInteger();
        become(OLD);
        tasks.add(new Task("slow", Duration.ZERO, LONG, leave::await), OLD, 1);
        tasks.add(task("other", other::incrementAndGet), OLD, 2);
        awaitMore(other);
        leave.countDown();
    }

    @Test
    void whatChangesThingsWaitsWhileItsFeatureSetIsReadOnly() {
        AtomicInteger runs = new AtomicInteger();
        AtomicInteger others = new AtomicInteger();
        acting.addAll(Set.of(OLD, NEW));
        tasks.add(task("task", runs::incrementAndGet), OLD, 1);
        tasks.add(task("other", others::incrementAndGet), NEW, 2);
        awaitMore(runs);

        readOnly.add(OLD); // its licence has run out
        awaitMore(refused);
        int last = runs.get();
        awaitMore(refused);
        awaitMore(others);
        assertThat(runs).hasValue(last);

        readOnly.clear(); // a new licence was installed
        awaitMore(runs);
    }

    @Test
    void neverRunsWhatIsReadOnlyFromTheBeginning() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        readOnly.add(OLD);
        become(OLD);
        tasks.add(new Task("task", Duration.ZERO, SOON, runs::incrementAndGet), OLD, 1);
        awaitMore(refused);
        tasks.look(); // an event of its generation brings it no further
        awaitMore(refused);

        assertThat(runs).hasValue(0);
        assertThat(tasks.drain(OLD, Duration.ofSeconds(30))).isTrue();
    }

    @Test
    void whatKeepsDataRunsReadOnly() {
        AtomicInteger backups = new AtomicInteger();
        readOnly.add(OLD);
        become(OLD);
        tasks.add(
                new RecurringTask() {
                    @Override
                    public String name() {
                        return "backups";
                    }

                    @Override
                    public Duration period() {
                        return SOON;
                    }

                    @Override
                    public boolean runsReadOnly() {
                        return true;
                    }

                    @Override
                    public void run() {
                        backups.incrementAndGet();
                    }
                },
                OLD,
                1);
        awaitMore(backups);
    }

    @Test
    void refusesATaskWithoutANameOrADelay() {
        assertThatThrownBy(() -> tasks.add(new Task(" ", SOON, SOON, () -> {}), OLD, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> tasks.add(new Task("task", null, SOON, () -> {}), OLD, 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static Task task(String name, Body body) {
        return new Task(name, SOON, SOON, body);
    }

    private void become(long bundle) {
        acting.removeIf(id -> id != bundle);
        acting.add(bundle);
        tasks.look();
    }

    private void requireWritable(long bundle) {
        if (readOnly.contains(bundle)) {
            refused.incrementAndGet();
            throw PlatformException.of(ErrorKind.FORBIDDEN, "forge-billing is read only since its licence ended");
        }
    }

    private static void awaitMore(AtomicInteger runs) {
        int before = runs.get();
        await().atMost(Duration.ofSeconds(30)).until(() -> runs.get() > before + 2);
    }
}
