package org.platformforge.kernel.http.felix;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;
import org.platformforge.kernel.api.extension.ExtensionRouting;
import org.platformforge.kernel.api.module.Generations;

class ExtensionSwapTest {
    private static final String NOTES = "acme.notes";
    private static final int CLIENTS = 6;
    private static final int SWAPS = 100;

    @TempDir
    private Path data;

    private final TestRouting routing = new TestRouting();
    private final AtomicBoolean going = new AtomicBoolean(true);
    private final AtomicInteger answered = new AtomicInteger();
    private final List<String> failures = Collections.synchronizedList(new ArrayList<>());
    private TestPlatform platform;
    private Generations generations;

    @BeforeEach
    void start() throws Exception {
        platform = new TestPlatform()
                .configured(Map.of("data", data.toString()))
                .start()
                .withServices()
                .complete();
        platform.register(Runnable.class, () -> {});
        platform.register(ExtensionRouting.class, routing);
        generations = platform.service(Generations.class);
    }

    @AfterEach
    void stop() throws Exception {
        routing.close();
        platform.close();
    }

    @Test
    void losesNoRequestWhenATenantIsGivenOtherVersionsAndLeavesNoClassLoaderBehind() throws Exception {
        Bundle current = install(0);
        routing.assign("acme", NOTES, current);
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Thread client = new Thread(this::ask, "client-" + i);
            client.start();
            clients.add(client);
        }
        List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
        for (int i = 1; i <= SWAPS; i++) {
            Bundle next = install(i);
            routing.assign("acme", NOTES, next);
            // a document of this version, so that what describes it is seen to go as well
            assertThat(platform.get("/api/v1/openapi.json").body()).contains("acme.notes.getNote");
            loaders.add(new WeakReference<>(current.adapt(BundleWiring.class).getClassLoader()));
            assertThat(generations.drain(current.getBundleId(), Duration.ofSeconds(20)))
                    .isTrue();
            remove(current);
            current = next;
        }
        going.set(false);
        for (Thread client : clients) {
            client.join(TimeUnit.SECONDS.toMillis(30));
        }

        assertThat(failures).isEmpty();
        assertThat(answered.get()).isGreaterThan(SWAPS);
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    System.gc();
                    return loaders.stream().allMatch(loader -> loader.get() == null);
                });
    }

    private void ask() {
        while (going.get()) {
            try {
                HttpResponse<String> answer = platform.get("/api/v1/ext/acme.notes/notes/1");
                if (answer.statusCode() != 200) {
                    failures.add(answer.statusCode() + " " + answer.body());
                }
            } catch (Exception e) {
                failures.add(e.toString());
            }
            answered.incrementAndGet();
        }
    }

    private Bundle install(int number) throws Exception {
        String version = "1.0." + number;
        FixtureBundle fixture = number % 2 == 0
                ? ExtensionRoutesTest.first(NOTES, version)
                : ExtensionRoutesTest.second(NOTES, version);
        Bundle bundle = platform.install("extension:" + NOTES + "/" + version + "/sha/main.jar", fixture.build());
        TestPlatform.await(() -> generations.serving(bundle.getBundleId()));
        return bundle;
    }

    private void remove(Bundle bundle) throws Exception {
        bundle.uninstall();
        CountDownLatch refreshed = new CountDownLatch(1);
        platform.context().getBundle(0).adapt(FrameworkWiring.class).refreshBundles(List.of(bundle), event -> {
            if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
                refreshed.countDown();
            }
        });
        assertThat(refreshed.await(20, TimeUnit.SECONDS)).isTrue();
    }
}
