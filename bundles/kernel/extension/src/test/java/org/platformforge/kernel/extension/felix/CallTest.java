package org.platformforge.kernel.extension.felix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.extension.ExtensionRelease;
import org.platformforge.kernel.api.extension.ExtensionRouting;
import org.platformforge.kernel.api.extension.ExtensionRuntime;
import org.platformforge.kernel.store.testing.TestCaller;

class CallTest {
    private static final String EXTENSION = "mean.hostile";
    private static final Duration NOW = Duration.ZERO;

    @TempDir
    static Path folder;

    private static TestPlatform platform;
    private static ExtensionRuntime runtime;
    private static ExecutorService clients;

    @BeforeAll
    static void start() throws Exception {
        platform = new TestPlatform(folder.resolve("felix"), Map.of("call.allocation", 256));
        runtime = platform.runtime();
        clients = Executors.newCachedThreadPool();
    }

    @AfterEach
    void clear() {
        platform.clear();
    }

    @AfterAll
    static void stop() throws Exception {
        clients.shutdownNow();
        platform.close();
    }

    private ExtensionRelease running(ExtensionJar jar, String... tenants) {
        ExtensionRelease release = jar.release(folder);
        runtime.start(release);
        for (String tenant : tenants) {
            runtime.assign(tenant, release.extensionId(), Extensions.assignment(release));
        }
        return release;
    }

    private static String hostile(String... arguments) throws Exception {
        return Extensions.run(platform, "ten_a", EXTENSION, arguments);
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith(EXTENSION) || name.equals("smuggled"))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"spin", "spin-and-swallow", "recurse", "sleep", "block"})
    void endsACallWhoseTimeIsOver(String what) throws Exception {
        running(Extensions.hostile().limits(2, 300), "ten_a");
        // more often than the limit of calls: each of them has given its place back
        for (int i = 0; i < 3; i++) {
            PlatformException late = catchThrowableOfType(() -> hostile(what), PlatformException.class);
            assertThat(late.kind()).isEqualTo(ErrorKind.GATEWAY_TIMEOUT);
            assertThat(late.getMessage()).contains(EXTENSION).contains("300 ms");
            TestPlatform.await(() -> runtime.running().get(0).inFlight() == 0);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"spin", "spin-and-swallow", "recurse", "sleep", "sleep-and-swallow", "block", "task", "thread"})
    void leavesNoThreadBehindWhateverTheExtensionDoes(String what) throws Exception {
        ByteArrayOutputStream console = new ByteArrayOutputStream();
        PrintStream before = System.err;
        System.setErr(new PrintStream(console, true, StandardCharsets.UTF_8));
        try {
            leavesNoThreadBehind(what);
        } finally {
            System.setErr(before);
        }
        // what is ended ends quietly: nothing an operator would have to look at
        assertThat(console.toString(StandardCharsets.UTF_8)).doesNotContain("Exception in thread", "CallEndedError");
    }

    private void leavesNoThreadBehind(String what) throws Exception {
        ExtensionRelease release = running(Extensions.hostile().limits(2, 60_000), "ten_a");
        Future<String> call = clients.submit(() -> hostile(what));
        boolean leaves = what.equals("thread") || what.equals("task");
        if (leaves) {
            assertThat(call.get()).isEqualTo("survived");
        }
        TestPlatform.await(() -> what.equals("thread")
                ? threads().contains("smuggled")
                : runtime.running().get(0).inFlight() == 1);
        runtime.unassign("ten_a", EXTENSION);
        long before = System.nanoTime();
        ExtensionRuntime.Stopped stopped = runtime.stop(EXTENSION, release.sha256(), NOW);
        assertThat(stopped.left()).isEmpty();
        assertThat(stopped.clean()).isTrue();
        assertThat(threads()).isEmpty();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(20));
        if (!leaves) {
            assertThatThrownBy(call::get)
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOfSatisfying(
                            PlatformException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.UNAVAILABLE));
        }
    }

    @Test
    void endsACallThatAllocatesWithoutEnd() {
        running(Extensions.hostile().limits(2, 30_000), "ten_a");
        PlatformException greedy = catchThrowableOfType(() -> hostile("hog"), PlatformException.class);
        assertThat(greedy.kind()).isEqualTo(ErrorKind.UNAVAILABLE);
        assertThat(greedy.getMessage()).contains("memory");
    }

    @Test
    void refusesMoreCallsThanTheLimitAndTakesThemAgainLater() throws Exception {
        running(Extensions.hostile().limits(3, 60_000), "ten_a");
        long bundle =
                platform.routing().select("ten_a", EXTENSION, "x").orElseThrow().bundleId();
        CountDownLatch inside = new CountDownLatch(3);
        CountDownLatch leave = new CountDownLatch(1);
        Callable<String> work = () -> platform.routing().call(bundle, TestCaller.ALICE, () -> {
            inside.countDown();
            leave.await();
            return Thread.currentThread().getName();
        });
        List<Future<String>> calls = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            calls.add(clients.submit(work));
        }
        inside.await();
        assertThat(runtime.running().get(0).inFlight()).isEqualTo(3);
        PlatformException busy = catchThrowableOfType(work::call, PlatformException.class);
        assertThat(busy.kind()).isEqualTo(ErrorKind.UNAVAILABLE);
        assertThat(busy.retryAfter()).contains(Duration.ofSeconds(1));
        leave.countDown();
        for (Future<String> call : calls) {
            assertThat(call.get()).startsWith("mean.hostile 1.0.0 #");
        }
        TestPlatform.await(() -> runtime.running().get(0).inFlight() == 0);
        assertThat(work.call()).startsWith("mean.hostile 1.0.0 #");
    }

    @Test
    void handsOnWhatTheExtensionThrows() {
        running(Extensions.hostile(), "ten_a");
        assertThatThrownBy(() -> hostile("nonsense"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("nonsense");
        assertThatThrownBy(() -> hostile("shutdown")).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void runsTasksInTheTenantOfTheCallWithinTheLimit() throws Exception {
        running(Extensions.hostile().limits(4, 10_000), "ten_a", "ten_b");
        List<Future<String>> calls = new ArrayList<>();
        for (String tenant : List.of("ten_a", "ten_b")) {
            calls.add(clients.submit(() -> Extensions.run(platform, tenant, EXTENSION, "tasks", "2")));
        }
        for (Future<String> call : calls) {
            assertThat(call.get()).isEqualTo("survived");
        }
        assertThatThrownBy(() -> hostile("flood", "5")).isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void givesATenantsContextToNobodyElse() throws Exception {
        running(Extensions.hostile(), "ten_a", "ten_b");
        assertThat(hostile("tenant-on-own-thread")).isEqualTo("survived");
        hostile("keep-tenant");
        assertThat(hostile("use-kept-tenant")).isEqualTo("Hello");
        assertThatThrownBy(() -> Extensions.run(platform, "ten_b", EXTENSION, "use-kept-tenant"))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void letsCallsEndWithinThePatienceWhenARelaseIsStopped() throws Exception {
        ExtensionRelease release = running(Extensions.hostile(), "ten_a");
        long bundle =
                platform.routing().select("ten_a", EXTENSION, "x").orElseThrow().bundleId();
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        Future<String> call = clients.submit(() -> platform.routing().call(bundle, TestCaller.ALICE, () -> {
            inside.countDown();
            leave.await();
            return "done";
        }));
        inside.await();
        runtime.unassign("ten_a", EXTENSION);
        Future<ExtensionRuntime.Stopped> stop =
                clients.submit(() -> runtime.stop(EXTENSION, release.sha256(), Duration.ofSeconds(60)));
        TestPlatform.await(() -> {
            PlatformException refused = catchThrowableOfType(
                    () -> platform.routing().call(bundle, TestCaller.ALICE, () -> "in"), PlatformException.class);
            return refused != null && refused.kind() == ErrorKind.UNAVAILABLE;
        });
        leave.countDown();
        assertThat(call.get()).isEqualTo("done");
        assertThat(stop.get().clean()).isTrue();
    }

    @Test
    void sharesATenantsRequestsWithACanaryByClientAndCountsThem() {
        ExtensionRelease main = running(Extensions.hello("1.0.0"));
        ExtensionRelease next = running(Extensions.hello("1.1.0"));
        runtime.assign("ten_a", "acme.hello", Extensions.canary(main, next, 20));
        ExtensionRouting routing = platform.routing();
        int canary = 0;
        for (int i = 0; i < 1000; i++) {
            ExtensionRouting.Selection first =
                    routing.select("ten_a", "acme.hello", "user_" + i).orElseThrow();
            assertThat(routing.select("ten_a", "acme.hello", "user_" + i)).contains(first);
            canary += first.canary() ? 1 : 0;
            routing.answered(first, "ten_a", first.canary() ? 500 : 404, 1_000);
        }
        assertThat(canary).isBetween(120, 280);
        assertThat(runtime.figures("ten_a", "acme.hello"))
                .extracting(
                        ExtensionRuntime.Figures::version,
                        ExtensionRuntime.Figures::calls,
                        ExtensionRuntime.Figures::errors)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("1.0.0", 1000L - canary, 0L),
                        org.assertj.core.groups.Tuple.tuple("1.1.0", (long) canary, (long) canary));
        assertThatThrownBy(() -> runtime.stop("acme.hello", next.sha256(), NOW)).isInstanceOf(PlatformException.class);
        runtime.assign("ten_a", "acme.hello", Extensions.assignment(next));
        assertThat(runtime.figures("ten_a", "acme.hello")).isEmpty();
        assertThat(routing.visible(
                        routing.select("ten_a", "acme.hello", null)
                                .orElseThrow()
                                .bundleId(),
                        "ten_a"))
                .isTrue();
        assertThat(routing.visible(
                        routing.select("ten_a", "acme.hello", null)
                                .orElseThrow()
                                .bundleId(),
                        "ten_b"))
                .isFalse();
        assertThat(routing.visible(platform.neighbour().getBundleId(), "ten_b")).isTrue();
        assertThat(routing.select("ten_b", "acme.hello", "x")).isEmpty();
    }
}
