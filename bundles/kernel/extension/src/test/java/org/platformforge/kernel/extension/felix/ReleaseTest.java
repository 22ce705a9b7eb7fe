package org.platformforge.kernel.extension.felix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.framework.wiring.BundleWiring;
import org.platformforge.extension.api.command.ExtensionCommand;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.extension.ExtensionRelease;
import org.platformforge.kernel.api.extension.ExtensionRouting;
import org.platformforge.kernel.api.extension.ExtensionRuntime;
import org.platformforge.kernel.api.module.Generations;
import org.platformforge.kernel.extension.fixture.FailsAtStart;
import org.platformforge.kernel.extension.fixture.Hello;
import org.platformforge.kernel.extension.fixture.SpinsAtStart;
import org.platformforge.kernel.extension.fixture.WantsService;

class ReleaseTest {
    private static final Duration NOW = Duration.ZERO;

    @TempDir
    static Path folder;

    private static TestPlatform platform;
    private static ExtensionRuntime runtime;

    @BeforeAll
    static void start() throws Exception {
        platform = new TestPlatform(folder.resolve("felix"), Map.of("start.seconds", 1));
        runtime = platform.runtime();
    }

    @AfterEach
    void clear() {
        platform.clear();
    }

    @AfterAll
    static void stop() throws Exception {
        platform.close();
    }

    private Map<Long, BundleWiring> wirings() {
        Map<Long, BundleWiring> wirings = new HashMap<>();
        for (Bundle bundle : platform.context().getBundles()) {
            wirings.put(bundle.getBundleId(), bundle.adapt(BundleWiring.class));
        }
        return wirings;
    }

    private String refusal(ExtensionRelease release) {
        Map<Long, BundleWiring> before = wirings();
        PlatformException refused = org.assertj.core.api.Assertions.catchThrowableOfType(
                () -> runtime.start(release), PlatformException.class);
        assertThat(refused).isNotNull();
        assertThat(refused.kind()).isEqualTo(ErrorKind.CONFLICT);
        assertThat(refused.code()).contains("START_FAILED");
        assertThat(platform.extensionBundles()).isEmpty();
        assertThat(runtime.running()).isEmpty();
        assertThat(wirings()).isEqualTo(before);
        return refused.getMessage();
    }

    @Test
    void saysWhyAConstructorFailedAndLeavesNothing() {
        ExtensionRelease release = new ExtensionJar("acme.broken", "1.0.0")
                .component(FailsAtStart.class, ExtensionCommand.class)
                .release(folder);
        assertThat(refusal(release)).contains("FailsAtStart").contains("No licence key");
        ExtensionRelease immediate = new ExtensionJar("acme.broken", "1.0.0")
                .component(FailsAtStart.class, List.of(), "<property name='x' value='y'/>")
                .release(folder);
        assertThat(refusal(immediate)).contains("No licence key");
        ExtensionRelease unreadable = new ExtensionJar("acme.broken", "1.0.0")
                .component(FailsAtStart.class, List.of(), "<service></service>")
                .release(folder);
        assertThat(refusal(unreadable)).contains("Only 0 of the 1 component descriptions");
    }

    @Test
    void endsAConstructorThatDoesNotEnd() {
        ExtensionRelease release = new ExtensionJar("acme.broken", "1.0.0")
                .component(SpinsAtStart.class, ExtensionCommand.class)
                .release(folder);
        assertThat(refusal(release)).contains("did not start within 1 s");
    }

    @Test
    void namesTheServiceAComponentWaitsFor() {
        ServiceRegistration<Runnable> offered = platform.context().registerService(Runnable.class, () -> {}, null);
        ExtensionRelease release = new ExtensionJar("acme.broken", "1.0.0")
                .component(WantsService.class, WantsService.class, Runnable.class)
                .release(folder);
        assertThat(refusal(release)).contains("WantsService").contains("java.lang.Runnable");
        offered.unregister();
    }

    @Test
    void tellsInTheResolversWordsWhatAnExtensionMayNotImport() {
        for (String name : List.of(
                "org.osgi.framework",
                "org.platformforge.kernel.api.store",
                "org.osgi.service.component",
                "org.platformforge.kernel.checkpoint",
                "com.example.nowhere")) {
            ExtensionRelease release = Extensions.hello("1.0.0").imports(name).release(folder);
            assertThat(runtime.plan(release).problems())
                    .singleElement()
                    .asString()
                    .contains("missing requirement")
                    .contains("osgi.wiring.package=" + name);
            assertThat(refusal(release)).contains("missing requirement").contains(name);
        }
        ExtensionRelease capability = Extensions.hello("1.0.0")
                .header(
                        "Require-Capability",
                        "osgi.extender;filter:=\"(osgi.extender=osgi.component)\",osgi.unresolvable")
                .release(folder);
        assertThat(refusal(capability)).contains("osgi.unresolvable");
    }

    @Test
    void triesAReleaseAgainOnlyWhenThePlatformHasChanged() throws Exception {
        ExtensionRelease release = Extensions.hello("1.0.0").release(folder);
        AtomicInteger trials = new AtomicInteger();
        SynchronousBundleListener counter = event -> {
            if (event.getType() == BundleEvent.INSTALLED
                    && event.getBundle().getLocation().startsWith(ExtensionRouting.LOCATION)) {
                trials.incrementAndGet();
            }
        };
        platform.context().addBundleListener(counter);
        ExtensionRuntime.Plan first = runtime.plan(release);
        assertThat(first.problems()).isEmpty();
        assertThat(first.wiring()).isNotEmpty();
        assertThat(runtime.plan(release)).isEqualTo(first);
        assertThat(trials).hasValue(1);

        Bundle more = platform.context()
                .installBundle(
                        "more",
                        new ByteArrayInputStream(new ExtensionJar("org.platformforge.more", "1.0.0")
                                .header("Require-Capability", null)
                                .bytes()));
        assertThat(runtime.plan(release)).isEqualTo(first);
        assertThat(trials).hasValue(2);
        more.uninstall();
        platform.context().removeBundleListener(counter);
    }

    @Test
    void refusesManifestsThatReachThroughTheWalls() {
        Map<String, String> headers = Map.of(
                "DynamicImport-Package", "*",
                "Require-Bundle", "org.apache.felix.scr",
                "Fragment-Host", "org.apache.felix.scr",
                "Bundle-Activator", "a.B",
                "Bundle-NativeCode", "x.so",
                "Export-Package", "a.b;c.d;x=\"1,2\",org.slf4j;version=2");
        headers.forEach((name, value) -> {
            ExtensionRelease release =
                    Extensions.hello("1.0.0").header(name, value).release(folder);
            assertThat(refusal(release)).contains(name.equals("Export-Package") ? "org.slf4j" : name);
            assertThat(runtime.plan(release).problems()).isNotEmpty();
        });
    }

    @Test
    void refusesWhatWasNotPublished() throws Exception {
        ExtensionRelease release = Extensions.hello("1.0.0").release(folder);
        Files.write(release.artifact(), Extensions.hello("1.0.1").bytes());
        assertThat(refusal(release)).contains("SHA-256");
        Files.delete(release.artifact());
        assertThat(refusal(release)).contains("cannot be read");
        ExtensionRelease other = new ExtensionJar("acme.other", "1.0.0").release(folder);
        assertThat(refusal(new ExtensionRelease(
                        "acme.hello",
                        "1.0.0",
                        other.sha256(),
                        other.artifact(),
                        other.events(),
                        other.hosts(),
                        other.indexes(),
                        other.limits())))
                .contains("symbolic name acme.hello");
    }

    @Test
    void plansWithoutATrace() {
        ExtensionRelease release = Extensions.hello("1.0.0").release(folder);
        Map<Long, BundleWiring> before = wirings();
        ExtensionRuntime.Plan plan = runtime.plan(release);
        assertThat(plan.problems()).isEmpty();
        assertThat(plan.refreshed()).isEmpty();
        assertThat(plan.bundles()).containsExactly("acme.hello 1.0.0");
        assertThat(plan.wiring()).anyMatch(wire -> wire.startsWith("org.platformforge.extension.api from "));
        assertThat(wirings()).isEqualTo(before);

        runtime.start(release);
        Map<Long, BundleWiring> running = wirings();
        assertThat(runtime.plan(release).problems()).isEmpty();
        assertThat(wirings()).isEqualTo(running);
    }

    @Test
    void runsThreeVersionsSideBySideEachForItsTenants() throws Exception {
        Map<Long, BundleWiring> before = wirings();
        for (String version : List.of("1.0.0", "1.1.0", "2.0.0")) {
            ExtensionRelease release = Extensions.hello(version).release(folder);
            ExtensionRuntime.Running running = runtime.start(release);
            assertThat(running.problem()).isNull();
            assertThat(runtime.start(release).bundleIds()).isEqualTo(running.bundleIds());
            runtime.assign("ten_" + version, "acme.hello", Extensions.assignment(release));
        }
        assertThat(runtime.running())
                .extracting(ExtensionRuntime.Running::version)
                .containsExactly("1.0.0", "1.1.0", "2.0.0");
        for (String version : List.of("1.0.0", "1.1.0", "2.0.0")) {
            assertThat(Extensions.run(platform, "ten_" + version, "acme.hello"))
                    .isEqualTo("acme.hello " + version + " in ten_" + version + ": Hello s3cret");
        }
        before.forEach(
                (id, wiring) -> assertThat(platform.context().getBundle(id).adapt(BundleWiring.class))
                        .isEqualTo(wiring));
        assertThat(runtime.assignments()).hasSize(3);
    }

    @Test
    void stopsOnlyWhatNobodyIsAssignedTo() throws Exception {
        ExtensionRelease old = Extensions.hello("1.0.0").release(folder);
        ExtensionRelease fresh = Extensions.hello("1.1.0").release(folder);
        runtime.start(old);
        runtime.assign("ten_a", "acme.hello", Extensions.assignment(old));
        assertThatThrownBy(() -> runtime.stop("acme.hello", old.sha256(), NOW))
                .isInstanceOfSatisfying(
                        PlatformException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CONFLICT));
        assertThatThrownBy(() -> runtime.assign("ten_a", "acme.hello", Extensions.assignment(fresh)))
                .isInstanceOf(PlatformException.class)
                .hasMessageContaining("does not run");

        runtime.start(fresh);
        runtime.assign("ten_a", "acme.hello", Extensions.assignment(fresh));
        ExtensionRuntime.Stopped stopped = runtime.stop("acme.hello", old.sha256(), Duration.ofSeconds(5));
        assertThat(stopped.clean()).isTrue();
        assertThat(Extensions.run(platform, "ten_a", "acme.hello")).contains("1.1.0");
        assertThat(runtime.stop("acme.hello", old.sha256(), NOW).clean()).isTrue();
        assertThat(platform.extensionBundles()).hasSize(1);

        runtime.unassign("ten_a", "acme.hello");
        assertThat(platform.routing().select("ten_a", "acme.hello", "x")).isEmpty();
        runtime.stop("acme.hello", fresh.sha256(), NOW);
        assertThat(platform.extensionBundles()).isEmpty();
    }

    @Test
    void wiresAnArchivesLibrariesToItsBundleAlone() throws Exception {
        ExtensionJar library = new ExtensionJar("org.example.words", "1.0.0")
                .header("Export-Package", "org.platformless.words")
                .header("Require-Capability", null);
        ExtensionRelease one = Extensions.hello("1.0.0")
                .imports("org.platformless.words")
                .library(library)
                .release(folder);
        ExtensionRelease two = Extensions.hello("1.1.0")
                .imports("org.platformless.words")
                .library(library)
                .release(folder);
        assertThat(runtime.plan(one).bundles())
                .containsExactlyInAnyOrder("acme.hello 1.0.0", "org.example.words 1.0.0");
        assertThat(runtime.start(one).bundleIds()).hasSize(2);
        assertThat(runtime.start(two).bundleIds()).hasSize(2);
        assertThat(platform.extensionBundles()).hasSize(4);
        assertThat(refusalBeside(Extensions.hello("1.2.0")
                        .imports("org.platformless.words")
                        .release(folder)))
                .contains("missing requirement");
        runtime.stop("acme.hello", one.sha256(), NOW);
        assertThat(platform.extensionBundles()).hasSize(2);
        assertThat(runtime.running().get(0).problem()).isNull();
    }

    private String refusalBeside(ExtensionRelease release) {
        return org.assertj.core.api.Assertions.catchThrowableOfType(
                        () -> runtime.start(release), PlatformException.class)
                .getMessage();
    }

    @Test
    void waitsForRoutesAndTellsWhatKeepsThemBack() throws Exception {
        ExtensionJar jar = new ExtensionJar("acme.routes", "1.0.0")
                .component(
                        Hello.class,
                        List.of(Hello.class.getName()),
                        "<property name='osgi.jaxrs.resource' value='true'/>",
                        org.platformforge.extension.api.ExtensionContext.class);
        ExtensionRelease release = jar.release(folder);
        assertThat(refusal(release)).contains("serves no routes");

        RouteBoard board = new RouteBoard();
        ServiceRegistration<Generations> routes = platform.context().registerService(Generations.class, board, null);
        board.problem = "Hello.run has no @Endpoint";
        assertThat(refusal(release)).contains("has no @Endpoint");
        board.problem = null;
        ExtensionRuntime.Running running = runtime.start(release);
        assertThat(running.routes()).isEqualTo(3);
        assertThat(running.problem()).isNull();
        assertThat(platform.neighbour().getBundleContext().getAllServiceReferences(Hello.class.getName(), null))
                .hasSize(1);
        runtime.stop("acme.routes", release.sha256(), Duration.ofSeconds(3));
        assertThat(board.drained).isEqualTo(running.bundleIds().get(0));
        routes.unregister();
    }

    /** Generations as the request chain would have them. */
    private static final class RouteBoard implements Generations {
        private volatile String problem;
        private volatile long drained;

        @Override
        public Stage stage(long bundleId) {
            return Stage.ACTING;
        }

        @Override
        public void addListener(Runnable changed) {
            // nothing changes
        }

        @Override
        public void removeListener(Runnable changed) {
            // nothing changes
        }

        @Override
        public boolean serving(long bundleId) {
            return problem == null;
        }

        @Override
        public int routes(long bundleId) {
            return 3;
        }

        @Override
        public Optional<String> problem(long bundleId) {
            return Optional.ofNullable(problem);
        }

        @Override
        public boolean hopeless(long bundleId) {
            return problem != null;
        }

        @Override
        public int inFlight(long bundleId) {
            return 0;
        }

        @Override
        public boolean drain(long bundleId, Duration patience) {
            drained = bundleId;
            return true;
        }
    }

    @Test
    void forgetsWhatAnEarlierRunLeftInTheFrameworksCache() throws Exception {
        Path cache = folder.resolve("cache");
        ExtensionRelease release = Extensions.hello("1.0.0").release(folder);
        try (TestPlatform killed = new TestPlatform(cache, Map.of())) {
            killed.context()
                    .installBundle(
                            ExtensionRouting.LOCATION + "acme.hello/1.0.0/" + release.sha256() + "/bundle.jar",
                            Files.newInputStream(release.artifact()))
                    .start();
        }
        try (TestPlatform restarted = new TestPlatform(cache, Map.of())) {
            assertThat(restarted.extensionBundles()).isEmpty();
            assertThat(restarted.runtime().start(release).problem()).isNull();
            restarted.own().stop();
            assertThat(restarted.extensionBundles()).isEmpty();
        }
    }

    @Test
    void staysFlatOverAHundredStartsAndStops() throws Exception {
        Map<Long, BundleWiring> before = wirings();
        List<java.lang.ref.WeakReference<ClassLoader>> loaders = new java.util.ArrayList<>();
        for (int i = 0; i < 100; i++) {
            ExtensionRelease release = Extensions.hello("1.0." + i).release(folder);
            long id = runtime.start(release).bundleIds().get(0);
            runtime.assign("ten_a", "acme.hello", Extensions.assignment(release));
            assertThat(Extensions.run(platform, "ten_a", "acme.hello", "everything"))
                    .contains("1.0." + i);
            loaders.add(new java.lang.ref.WeakReference<>(
                    platform.context().getBundle(id).adapt(BundleWiring.class).getClassLoader()));
            runtime.unassign("ten_a", "acme.hello");
            assertThat(runtime.stop("acme.hello", release.sha256(), NOW).clean())
                    .isTrue();
        }
        assertThat(wirings()).isEqualTo(before);
        org.awaitility.Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            System.gc();
            assertThat(loaders).allSatisfy(loader -> assertThat(loader.get()).isNull());
        });
    }
}
