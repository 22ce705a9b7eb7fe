package org.platformforge.kernel.http.felix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.module.ModuleManager;
import org.platformforge.kernel.api.module.ModuleManager.Module;
import org.platformforge.kernel.api.module.ModuleManager.State;
import org.platformforge.kernel.api.module.ModuleManager.Swap;
import org.platformforge.kernel.api.module.RemovalVeto;
import org.platformforge.kernel.http.fixture.Engine;
import org.platformforge.kernel.http.fixture.Greeting;
import org.platformforge.kernel.http.fixture.GreetingResource;
import org.platformforge.kernel.http.fixture.NewGreeting;
import org.platformforge.kernel.http.fixture.RivalResource;
import org.platformforge.kernel.http.fixture.UndocumentedResource;

class ModuleManagerTest {
    private static final String PATH = "/api/v1/greetings/you";

    @TempDir
    private Path data;

    private TestPlatform platform;
    private ModuleManager modules;

    @BeforeEach
    void start() throws Exception {
        start(new TestPlatform());
        platform.install("greetings", greetings("1.0.0").build());
        platform.awaitStatus(200, PATH);
    }

    private void start(TestPlatform fresh) throws Exception {
        platform = fresh.configured(Map.of("ready.timeout", 1, "data", data.toString()))
                .start()
                .withServices();
        platform.register(Runnable.class, () -> {});
        modules = platform.service(ModuleManager.class);
    }

    @AfterEach
    void stop() throws Exception {
        platform.close();
    }

    @Test
    void putsANewVersionInTheOldOnesPlaceAndRefreshesNothingElse() throws Exception {
        List<Long> others = otherBundles();
        Swap swap = modules.update(TestServices.OPERATOR, greetings("1.1.0").build());

        assertThat(swap.from().version()).isEqualTo("1.0.0");
        assertThat(swap.to().version()).isEqualTo("1.1.0");
        assertThat(swap.to().state()).isEqualTo(State.SERVING);
        assertThat(swap.ready()).isLessThanOrEqualTo(swap.total());
        assertThat(swap.requests()).as("nobody asked meanwhile").isZero();
        assertThat(swap.failedRequests()).isZero();
        assertThat(versions("greetings")).containsExactly("1.1.0");
        assertThat(platform.get(PATH).statusCode()).isEqualTo(200);
        assertThat(otherBundles()).isEqualTo(others);
    }

    @Test
    void waitsUntilTheNewVersionServesItsRoutes() {
        for (int i = 0; i < 20; i++) {
            assertThat(modules.update(
                                    TestServices.OPERATOR, greetings("1.1." + i).build())
                            .to()
                            .routes())
                    .isEqualTo(9);
        }
    }

    @Test
    void takesTheSameVersionAndAnOlderOneToo() throws Exception {
        modules.update(TestServices.OPERATOR, greetings("1.0.0").build());
        Swap down = modules.update(TestServices.OPERATOR, greetings("0.9.0").build());

        assertThat(down.to().version()).isEqualTo("0.9.0");
        assertThat(versions("greetings")).containsExactly("0.9.0");
        assertThat(platform.get(PATH).statusCode()).isEqualTo(200);
    }

    @Test
    void listsEveryModuleWithItsRoutes() {
        Module greetings = module("greetings");

        assertThat(greetings.state()).isEqualTo(State.SERVING);
        assertThat(greetings.routes()).isEqualTo(9);
        assertThat(greetings.problem()).isEmpty();
        assertThat(modules.list()).extracting(Module::symbolicName).contains("org.platformforge.kernel.http");
    }

    @Test
    void keepsTheOldVersionWhenTheUpdateCannotBeKept() throws Exception {
        Path occupied = Files.createDirectories(data.resolve("modules/greetings.update/occupied"));

        assertThatThrownBy(() ->
                        modules.update(TestServices.OPERATOR, greetings("2.0.0").build()))
                .asInstanceOf(type(PlatformException.class))
                .extracting(PlatformException::kind)
                .isEqualTo(ErrorKind.INTERNAL);
        assertThat(versions("greetings")).containsExactly("1.0.0");
        assertThat(platform.get(PATH).statusCode()).isEqualTo(200);

        Files.delete(occupied);
        Files.delete(occupied.getParent());
        modules.update(TestServices.OPERATOR, greetings("2.0.0").build());
        assertThat(versions("greetings")).containsExactly("2.0.0");
    }

    @Test
    void keepsTheOldVersionWhenTheNewOneCannotStart() {
        InputStream broken = greetings("2.0.0")
                .header("Bundle-Activator", "no.such.Activator")
                .build();

        assertConflict(broken, "no.such.Activator");
    }

    @Test
    void keepsTheOldVersionWhenTheNewOneCannotResolve() {
        InputStream broken =
                greetings("2.0.0").header("Import-Package", "no.such.pack").build();

        assertConflict(broken, "no.such.pack");
    }

    @Test
    void keepsTheOldVersionWhenAComponentOfTheNewOneIsNotSatisfied() {
        InputStream waiting = new FixtureBundle("greetings", "2.0.0")
                .resource(GreetingResource.class, Runnable.class, Iterable.class)
                .classes(Greeting.class, NewGreeting.class)
                .build();

        assertConflict(waiting, "waits for java.lang.Iterable");
    }

    @Test
    void keepsTheOldVersionWhenAMethodOfTheNewOneHasNoEndpoint() {
        InputStream open = new FixtureBundle("greetings", "2.0.0")
                .resource(UndocumentedResource.class)
                .build();

        assertConflict(
                open,
                "UndocumentedResource.open has no @Endpoint",
                "UndocumentedResource.garbled has the permission a::b",
                "UndocumentedResource.wildcard has the permission thing:*",
                "UndocumentedResource.tenantless takes no @Context Caller",
                "UndocumentedResource.everywhere is public and platform-wide",
                "UndocumentedResource.fresh wants a fresh sign-in",
                "UndocumentedResource.erase has an empty permission");
    }

    @Test
    void refusesWhatIsNoModule() {
        assertInvalid(new ByteArrayInputStream("hello".getBytes(StandardCharsets.UTF_8)), "bundle");
        assertInvalid(
                new FixtureBundle("x/../y", "one")
                        .header("Export-Package", "x")
                        .header("DynamicImport-Package", "*")
                        .build(),
                "Bundle-SymbolicName",
                "Bundle-Version",
                "Export-Package",
                "DynamicImport-Package",
                "Provide-Capability");
        assertInvalid(
                new FixtureBundle("unknown", "1.0.0")
                        .resource(RivalResource.class)
                        .build(),
                "bundle");
        assertThat(data.resolve("modules")).isEmptyDirectory();
    }

    @Test
    void refusesAnUpdateThatWouldRefreshOtherBundles() throws Exception {
        platform.install(
                "exporter",
                new FixtureBundle("exporter", "1.0.0")
                        .resource(RivalResource.class)
                        .header("Export-Package", "org.platformforge.kernel.http.fixture")
                        .build());
        platform.install(
                "importer",
                new FixtureBundle("importer", "1.0.0")
                        .header("Import-Package", "org.platformforge.kernel.http.fixture")
                        .build());

        assertThatThrownBy(() -> modules.update(
                        TestServices.OPERATOR,
                        new FixtureBundle("exporter", "2.0.0")
                                .resource(RivalResource.class)
                                .build()))
                .hasMessageContaining("Invalid")
                .asInstanceOf(type(PlatformException.class))
                .satisfies(e -> assertThat(e.fields().get(0).message()).contains("importer 1.0.0"));
        assertThat(versions("exporter")).containsExactly("1.0.0");
    }

    @Test
    void makesTheModuleThatComesLaterWaitWhenRoutesCollide() throws Exception {
        Bundle rival = platform.install(
                "rival",
                new FixtureBundle("rival", "1.0.0")
                        .resource(RivalResource.class)
                        .build());
        TestPlatform.await(() -> module("rival")
                .problem()
                .contains("GET /api/v1/greetings/{name} is already served by greetings 1.0.0"));

        assertThat(module("rival").state()).isEqualTo(State.WAITING);
        bundle("greetings").stop();
        TestPlatform.await(() -> module("rival").state() == State.SERVING);
        assertThat(rival.getState()).isEqualTo(Bundle.ACTIVE);
        assertThat(platform.get(PATH).body()).isEqualTo("rival");
    }

    @Test
    void updatesADriverThatHasNoRoutes() throws Exception {
        platform.install("engine", engine("1.0.0"));
        TestPlatform.await(() -> module("engine").state() == State.SERVING);
        Swap swap = modules.update(TestServices.OPERATOR, engine("1.1.0"));

        assertThat(swap.to().version()).isEqualTo("1.1.0");
        assertThat(versions("engine")).containsExactly("1.1.0");
        assertThat(platform.service(Callable.class).call()).isNotNull();
    }

    @Test
    void removesAModuleUnlessSomethingNeedsItOrItIsForced() throws Exception {
        modules.update(TestServices.OPERATOR, greetings("1.1.0").build());
        long id = bundle("greetings").getBundleId();
        platform.register(
                RemovalVeto.class,
                bundles -> bundles.contains(id)
                        ? Optional.of("the guests (res-1, res-2) are still there")
                        : Optional.empty());

        assertThatThrownBy(() -> modules.remove(TestServices.OPERATOR, "greetings", false))
                .hasMessageContaining("greetings is needed: the guests (res-1, res-2) are still there")
                .asInstanceOf(type(PlatformException.class))
                .satisfies(e -> {
                    assertThat(e.kind()).isEqualTo(ErrorKind.CONFLICT);
                    assertThat(e.code()).contains("MODULE_NEEDED");
                });
        assertThat(platform.get(PATH).statusCode()).isEqualTo(200);

        assertThat(modules.remove(TestServices.OPERATOR, "greetings", true))
                .extracting(Module::version)
                .containsExactly("1.1.0");
        assertThat(versions("greetings")).isEmpty();
        assertThat(platform.get(PATH).statusCode()).isEqualTo(404);
        assertThat(emptyOfUpdates()).isTrue();
        platform.install("greetings", greetings("1.0.0").build());
        platform.awaitStatus(200, PATH);
        assertThat(modules.remove(TestServices.OPERATOR, "greetings", false)).hasSize(1);
    }

    @Test
    void removesNeitherWhatIsNotThereNorTheKernel() {
        assertThatThrownBy(() -> modules.remove(TestServices.OPERATOR, "nobody", true))
                .asInstanceOf(type(PlatformException.class))
                .extracting(PlatformException::kind)
                .isEqualTo(ErrorKind.NOT_FOUND);
        assertThatThrownBy(() -> modules.remove(TestServices.OPERATOR, "org.platformforge.kernel.http", true))
                .asInstanceOf(type(PlatformException.class))
                .extracting(PlatformException::kind)
                .isEqualTo(ErrorKind.VALIDATION);
    }

    @Test
    void keepsTheOldVersionWhenTheNewOneLacksWhatIsNeeded() {
        long id = bundle("greetings").getBundleId();
        platform.register(
                RemovalVeto.class,
                bundles ->
                        bundles.contains(id) ? Optional.of("the engine x holds 1 resource (res-1)") : Optional.empty());

        assertConflict(greetings("2.0.0").build(), "it lacks what the one before does: the engine x holds 1 resource");
    }

    @Test
    void startsTheUpdatedVersionAfterARestart() throws Exception {
        Path cache = data.resolve("cache");
        platform.close();
        start(new TestPlatform(cache));
        platform.install("greetings", greetings("1.0.0").build());
        platform.awaitStatus(200, PATH);
        modules.update(TestServices.OPERATOR, greetings("1.1.0").build());
        platform.stopKeepingTheCache();

        start(new TestPlatform(cache));

        platform.awaitStatus(200, PATH);
        assertThat(versions("greetings")).containsExactly("1.1.0");
    }

    @Test
    void restoresTheUpdateWhenTheCacheIsGoneUnlessTheDistributionIsNewer() throws Exception {
        modules.update(TestServices.OPERATOR, greetings("1.1.0").build());
        platform.close();
        start(new TestPlatform());
        platform.install("greetings", greetings("1.0.0").build());
        TestPlatform.await(() -> versions("greetings").equals(List.of("1.1.0")));
        platform.awaitStatus(200, PATH);

        platform.close();
        start(new TestPlatform());
        platform.install("greetings", greetings("1.2.0").build());
        TestPlatform.await(() -> emptyOfUpdates());
        assertThat(versions("greetings")).containsExactly("1.2.0");
    }

    @Test
    void neverStartsAnOlderBundleThatComesBackBesideTheUpdate() throws Exception {
        modules.update(TestServices.OPERATOR, greetings("1.1.0").build());

        Bundle older = platform.install("greetings", greetings("1.0.0").build());

        assertThat(older.getState()).isIn(Bundle.INSTALLED, Bundle.RESOLVED);
        assertThat(module("greetings").version()).isEqualTo("1.1.0");
        TestPlatform.await(() -> versions("greetings").equals(List.of("1.1.0")));
        assertThat(platform.get(PATH).statusCode()).isEqualTo(200);
    }

    @Test
    void addsAModuleThatWasNotThereAndRemovesItAgain() throws Exception {
        List<Long> others = otherBundles();
        Module added = modules.install(TestServices.OPERATOR, engine("1.0.0"));

        assertThat(added.state()).isEqualTo(State.SERVING);
        assertThatThrownBy(() -> modules.install(TestServices.OPERATOR, engine("1.0.0")))
                .hasMessageContaining("is installed already");
        assertThat(modules.update(TestServices.OPERATOR, engine("1.1.0")).to().version())
                .isEqualTo("1.1.0");

        assertThat(modules.remove(TestServices.OPERATOR, "engine", false))
                .extracting(Module::version)
                .containsExactly("1.1.0");
        assertThat(versions("engine")).isEmpty();
        assertThat(emptyOfUpdates()).isTrue();
        assertThat(otherBundles()).isEqualTo(others);
        assertThat(modules.install(TestServices.OPERATOR, engine("1.0.0")).version())
                .isEqualTo("1.0.0");
    }

    @Test
    void leavesNothingOfAModuleThatCannotStart() throws Exception {
        InputStream broken = new FixtureBundle("broken", "1.0.0")
                .header("Import-Package", "no.such.pack")
                .resource(RivalResource.class)
                .build();

        assertThatThrownBy(() -> modules.install(TestServices.OPERATOR, broken)).hasMessageContaining("no.such.pack");
        assertThat(versions("broken")).isEmpty();
        assertThat(emptyOfUpdates()).isTrue();
    }

    @Test
    void keepsAnAddedModuleOverAStartWithoutTheCache() throws Exception {
        modules.install(TestServices.OPERATOR, engine("1.0.0"));
        modules.update(TestServices.OPERATOR, engine("1.1.0"));
        platform.close();

        start(new TestPlatform());

        TestPlatform.await(() -> versions("engine").equals(List.of("1.1.0")));
        modules.remove(TestServices.OPERATOR, "engine", false);
        platform.close();
        start(new TestPlatform());
        assertThat(emptyOfUpdates()).isTrue();
    }

    private boolean emptyOfUpdates() throws Exception {
        try (Stream<Path> files = Files.list(data.resolve("modules"))) {
            return files.findAny().isEmpty();
        }
    }

    private void assertConflict(InputStream bundle, String... reasons) {
        assertThatThrownBy(() -> modules.update(TestServices.OPERATOR, bundle))
                .hasMessageContainingAll(reasons)
                .asInstanceOf(type(PlatformException.class))
                .extracting(PlatformException::kind)
                .isEqualTo(ErrorKind.CONFLICT);
        assertThat(versions("greetings")).containsExactly("1.0.0");
        platform.awaitStatus(200, PATH);
    }

    private void assertInvalid(InputStream bundle, String... fields) {
        assertThatThrownBy(() -> modules.update(TestServices.OPERATOR, bundle))
                .asInstanceOf(type(PlatformException.class))
                .satisfies(e -> {
                    assertThat(e.kind()).isEqualTo(ErrorKind.VALIDATION);
                    assertThat(e.fields()).extracting(FieldError::field).containsExactly(fields);
                });
    }

    private static FixtureBundle greetings(String version) {
        return new FixtureBundle("greetings", version)
                .resource(GreetingResource.class, Runnable.class)
                .classes(Greeting.class, NewGreeting.class);
    }

    private static InputStream engine(String version) {
        return new FixtureBundle("engine", version)
                .header("Provide-Capability", "platform.module;platform.module=engine")
                .component(Engine.class, Callable.class)
                .build();
    }

    private Module module(String name) {
        return modules.list().stream()
                .filter(module -> module.symbolicName().equals(name))
                .min((a, b) -> a.state() == State.SERVING ? -1 : 1)
                .orElseThrow();
    }

    private Bundle bundle(String name) {
        return Arrays.stream(platform.context().getBundles())
                .filter(bundle -> name.equals(bundle.getSymbolicName()))
                .findFirst()
                .orElseThrow();
    }

    private List<String> versions(String name) {
        return Arrays.stream(platform.context().getBundles())
                .filter(bundle -> name.equals(bundle.getSymbolicName()))
                .map(bundle -> bundle.getVersion().toString())
                .toList();
    }

    private List<Long> otherBundles() {
        return Arrays.stream(platform.context().getBundles())
                .filter(bundle -> !"greetings".equals(bundle.getSymbolicName()))
                .map(bundle -> System.identityHashCode(bundle.adapt(org.osgi.framework.wiring.BundleWiring.class)) + 0L)
                .toList();
    }
}
