package org.platformforge.kernel.http.felix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;
import org.platformforge.kernel.api.module.ModuleManager;
import org.platformforge.kernel.http.fixture.Greeting;
import org.platformforge.kernel.http.fixture.GreetingResource;
import org.platformforge.kernel.http.fixture.NewGreeting;

class ModuleSwapTest {
    private static final int CLIENTS = 8;
    private static final int SWAPS = 100;

    @TempDir
    private Path data;

    private TestPlatform platform;
    private ServiceRegistration<Runnable> gate;
    private final AtomicReference<Runnable> gateAction = new AtomicReference<>(() -> {});

    @BeforeEach
    void start() throws Exception {
        platform = new TestPlatform()
                .configured(Map.of("data", data.toString()))
                .start()
                .withServices();
        gate = platform.register(Runnable.class, () -> gateAction.get().run());
    }

    @AfterEach
    void stop() throws Exception {
        platform.close();
    }

    @Test
    void losesNoRequestInAHundredSwapsUnderLoadAndLeavesNoClassLoaderBehind() throws Exception {
        Bundle current = install(0);
        platform.awaitStatus(200, "/api/v1/greetings/you");
        List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
        try (Load load = new Load(platform)) {
            for (int i = 1; i <= SWAPS; i++) {
                Bundle next = install(i);
                String expected = loader(next);
                TestPlatform.await(
                        () -> platform.get("/api/v1/greetings/you").body().contains(expected));
                loaders.add(
                        new WeakReference<>(current.adapt(BundleWiring.class).getClassLoader()));
                remove(current);
                current = next;
            }
            load.finish();
            assertThat(load.failures).isEmpty();
            assertThat(load.answered.get()).isGreaterThan(SWAPS * CLIENTS);
        }
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    System.gc();
                    return loaders.stream().allMatch(loader -> loader.get() == null);
                });
    }

    @Test
    void losesNoRequestInUpdatesGoodAndBad() throws Exception {
        install(0);
        platform.awaitStatus(200, "/api/v1/greetings/you");
        ModuleManager modules = platform.service(ModuleManager.class);
        try (Load load = new Load(platform)) {
            for (int i = 1; i <= 20; i++) {
                modules.update(TestServices.OPERATOR, greetings(i).build());
                InputStream broken = greetings(100 + i)
                        .header("Bundle-Activator", "no.such.Activator")
                        .build();
                assertThatThrownBy(() -> modules.update(TestServices.OPERATOR, broken))
                        .hasMessageContaining("no.such.Activator");
            }
            load.finish();
            assertThat(load.failures).isEmpty();
        }
    }

    @Test
    void makesRequestsWaitWhileAModulesServicesRestart() throws Exception {
        install(0);
        platform.awaitStatus(200, "/api/v1/greetings/you");
        try (Load load = new Load(platform)) {
            for (int i = 0; i < 50; i++) {
                int before = load.answered.get();
                gate.unregister();
                gate = platform.register(Runnable.class, () -> gateAction.get().run());
                TestPlatform.await(() -> load.answered.get() > before + CLIENTS);
            }
            load.finish();
            assertThat(load.failures).isEmpty();
        }
    }

    @Test
    void finishesRequestsInFlightWhenTheBundleStopsAndForgetsItsRoutes() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        gateAction.set(() -> {
            entered.countDown();
            await(leave);
        });
        Bundle bundle = install(0);
        platform.awaitStatus(200, "/api/v1/greetings/you");

        CompletableFuture<HttpResponse<String>> running = platform.client()
                .sendAsync(
                        platform.request("GET", "/api/v1/greetings/blocked", null),
                        HttpResponse.BodyHandlers.ofString());
        await(entered);
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(() -> stop(bundle));
        platform.awaitStatus(404, "/api/v1/greetings/you");
        assertThat(stopped).isNotDone();
        leave.countDown();

        assertThat(running.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        stopped.get(10, TimeUnit.SECONDS);
    }

    @Test
    void stopsAReplacedBundleOnlyWhenItsRequestsHaveEnded() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        gateAction.set(() -> {
            entered.countDown();
            await(leave);
        });
        Bundle old = install(0);
        platform.awaitStatus(200, "/api/v1/greetings/you");
        CompletableFuture<HttpResponse<String>> running = platform.client()
                .sendAsync(
                        platform.request("GET", "/api/v1/greetings/blocked", null),
                        HttpResponse.BodyHandlers.ofString());
        await(entered);

        Bundle fresh = install(1);
        String expected = loader(fresh);
        TestPlatform.await(() -> platform.get("/api/v1/greetings/you").body().contains(expected));
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(() -> stop(old));
        TestPlatform.await(() -> old.getState() == Bundle.STOPPING);

        // when nobody waits for the request, the stop takes a few milliseconds
        Awaitility.await()
                .during(Duration.ofMillis(500))
                .atMost(Duration.ofSeconds(20))
                .until(() -> !stopped.isDone());
        leave.countDown();
        assertThat(running.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        stopped.get(10, TimeUnit.SECONDS);
    }

    @Test
    void goesBackToTheOlderBundleWhenTheNewerOneStops() throws Exception {
        Bundle old = install(0);
        platform.awaitStatus(200, "/api/v1/greetings/you");
        Bundle newer = install(1);
        TestPlatform.await(() -> platform.get("/api/v1/greetings/you").body().contains(loader(newer)));
        newer.stop();

        TestPlatform.await(() -> platform.get("/api/v1/greetings/you").body().contains(loader(old)));
    }

    @Test
    void streamsWithoutHoldingBack() throws Exception {
        CountDownLatch leave = new CountDownLatch(1);
        gateAction.set(() -> await(leave));
        install(0);
        platform.awaitStatus(200, "/api/v1/greetings/you");

        HttpResponse<InputStream> answer = platform.client()
                .send(
                        platform.request("GET", "/api/v1/greetings/stream", null),
                        HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = answer.body()) {
            assertThat(new String(body.readNBytes(13))).isEqualTo("data: first\n\n");
            leave.countDown();
            assertThat(new String(body.readAllBytes())).isEqualTo("data: second\n\n");
        }
    }

    private Bundle install(int number) throws Exception {
        return platform.install("greetings-" + number, greetings(number).build());
    }

    private static FixtureBundle greetings(int number) {
        return new FixtureBundle("greetings", "1.0." + number)
                .resource(GreetingResource.class, Runnable.class)
                .classes(Greeting.class, NewGreeting.class);
    }

    private void remove(Bundle bundle) throws Exception {
        bundle.uninstall();
        CountDownLatch refreshed = new CountDownLatch(1);
        platform.context().getBundle(0).adapt(FrameworkWiring.class).refreshBundles(List.of(bundle), event -> {
            if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
                refreshed.countDown();
            }
        });
        await(refreshed);
    }

    private static String loader(Bundle bundle) {
        ClassLoader loader = bundle.adapt(BundleWiring.class).getClassLoader();
        return "\"generation\":\"" + Integer.toHexString(System.identityHashCode(loader)) + "\"";
    }

    private static void stop(Bundle bundle) {
        try {
            bundle.stop();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Clients that ask without a pause and keep every answer that is not what they asked for. */
    private static final class Load implements AutoCloseable {
        private final AtomicBoolean going = new AtomicBoolean(true);
        private final AtomicInteger answered = new AtomicInteger();
        private final List<String> failures = java.util.Collections.synchronizedList(new ArrayList<>());
        private final List<Thread> threads = new ArrayList<>();

        private Load(TestPlatform platform) {
            for (int i = 0; i < CLIENTS; i++) {
                Thread thread = new Thread(() -> ask(platform), "client-" + i);
                thread.start();
                threads.add(thread);
            }
        }

        private void ask(TestPlatform platform) {
            while (going.get()) {
                try {
                    HttpResponse<String> answer = platform.get("/api/v1/greetings/you");
                    if (answer.statusCode() != 200) {
                        failures.add(answer.statusCode() + " " + answer.body());
                    }
                } catch (Exception e) {
                    failures.add(e.toString());
                }
                answered.incrementAndGet();
            }
        }

        private void finish() throws InterruptedException {
            going.set(false);
            for (Thread thread : threads) {
                thread.join(TimeUnit.SECONDS.toMillis(30));
            }
        }

        @Override
        public void close() throws InterruptedException {
            finish();
        }
    }
}
