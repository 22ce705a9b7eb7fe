package org.platformforge.kernel.extension.felix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.ServiceRegistration;
import org.platformforge.extension.api.ExtensionContext;
import org.platformforge.extension.api.command.ExtensionCommand;
import org.platformforge.extension.api.driver.Driver;
import org.platformforge.extension.api.driver.DriverException;
import org.platformforge.extension.api.driver.Progress;
import org.platformforge.extension.api.driver.ResourceSpec;
import org.platformforge.extension.api.framework.Framework;
import org.platformforge.extension.api.framework.SourceTree;
import org.platformforge.extension.api.framework.Tool;
import org.platformforge.extension.api.template.TemplateProvider;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.extension.ContributionCheck;
import org.platformforge.kernel.api.extension.ExtensionContributions;
import org.platformforge.kernel.api.extension.ExtensionContributions.Contribution;
import org.platformforge.kernel.api.extension.ExtensionRelease;
import org.platformforge.kernel.api.extension.ExtensionRuntime;
import org.platformforge.kernel.extension.fixture.Ovens;
import org.platformforge.kernel.extension.fixture.Sites;

/** Templates and engines of extensions, as modules get them. */
class ContributionTest {
    private static final String EXTENSION = "acme.sites";

    @TempDir
    static Path folder;

    private static TestPlatform platform;
    private static ExtensionRuntime runtime;

    private final List<String> log = new CopyOnWriteArrayList<>();
    private final Progress progress = new Progress() {
        @Override
        public void log(String line) {
            log.add(line);
        }

        @Override
        public boolean cancelled() {
            return false;
        }
    };

    @BeforeAll
    static void start() throws Exception {
        platform = new TestPlatform(folder.resolve("felix"), Map.of());
        runtime = platform.runtime();
    }

    @AfterEach
    void clear() {
        platform.clear();
        List.of("ten_a", "ten_b").forEach(tenant -> runtime.erase(tenant, EXTENSION));
    }

    @AfterAll
    static void stop() throws Exception {
        platform.close();
    }

    private static ExtensionJar sites(String id, String version) throws ClassNotFoundException {
        return new ExtensionJar(id, version)
                .imports("org.platformforge.extension.api.driver,org.platformforge.extension.api.template")
                .component(
                        Sites.class,
                        List.of(Driver.class.getName(), TemplateProvider.class.getName()),
                        "",
                        ExtensionContext.class)
                .classes(Class.forName(Sites.class.getName() + "$1"))
                .entry("META-INF/templates/site.yaml", "name: acme.sites.site\nversion: " + version + "\n")
                .limits(4, 1500);
    }

    private static ExtensionRelease running(String version, String... tenants) throws ClassNotFoundException {
        ExtensionRelease release = sites(EXTENSION, version).release(folder);
        runtime.start(release);
        for (String tenant : tenants) {
            runtime.assign(tenant, EXTENSION, Extensions.assignment(release));
        }
        return release;
    }

    private static Driver driver(String tenant) {
        List<Contribution<Driver>> found = platform.contributions().services(tenant, Driver.class);
        assertThat(found).hasSize(1);
        return found.get(0).item();
    }

    private static ResourceSpec spec(String tenant, String id, Map<String, Object> properties) {
        return new ResourceSpec(id, tenant, "prov-1", "site", "web", "dev", "acme.sites.site", properties);
    }

    private static List<String> templates(String tenant) {
        return platform.contributions().templates(tenant).stream()
                .map(one -> one.extensionId() + " " + one.version() + " "
                        + one.item().name() + " "
                        + new String(one.item().content(), StandardCharsets.UTF_8)
                                .lines()
                                .toList()
                                .get(1))
                .toList();
    }

    @Test
    void givesEachTenantWhatItsOwnVersionBringsAndOthersNothing() throws Exception {
        ExtensionRelease one = running("1.2.3", "ten_a");
        ExtensionRelease two = running("1.3.0", "ten_b");

        assertThat(templates("ten_a")).containsExactly("acme.sites 1.2.3 site.yaml version: 1.2.3");
        assertThat(templates("ten_b")).containsExactly("acme.sites 1.3.0 site.yaml version: 1.3.0");
        assertThat(templates("ten_c")).isEmpty();
        assertThat(platform.contributions().services("ten_c", Driver.class)).isEmpty();
        assertThat(platform.contributions().services("ten_a", ExtensionCommand.class))
                .isEmpty();
        assertThat(driver("ten_a")
                        .apply(spec("ten_a", "res-1", Map.of()), progress)
                        .outputs())
                .containsEntry("by", "1.2.3");
        assertThat(driver("ten_b")
                        .apply(spec("ten_b", "res-2", Map.of()), progress)
                        .outputs())
                .containsEntry("by", "1.3.0");
        assertThat(platform.contributions().engines(EXTENSION, one.sha256())).containsExactly("acme.sites");
        assertThat(platform.contributions().engines(EXTENSION, "0".repeat(64))).isEmpty();
        assertThat(platform.contributions().tenants()).containsExactlyInAnyOrder("ten_a", "ten_b");

        runtime.assign("ten_a", EXTENSION, Extensions.assignment(two));
        assertThat(templates("ten_a")).containsExactly("acme.sites 1.3.0 site.yaml version: 1.3.0");
        assertThat(driver("ten_a").observe("res-1").orElseThrow().detail()).isEqualTo("made by 1.2.3");
        assertThat(driver("ten_a").observe("res-2")).isEmpty();

        runtime.unassign("ten_a", EXTENSION);
        assertThat(templates("ten_a")).isEmpty();
    }

    @Test
    void keepsACanaryOutOfIt() throws Exception {
        ExtensionRelease main = running("1.0.0");
        ExtensionRelease canary = running("1.1.0");
        runtime.assign("ten_a", EXTENSION, Extensions.canary(main, canary, 99));
        assertThat(templates("ten_a")).containsExactly("acme.sites 1.0.0 site.yaml version: 1.0.0");
        assertThat(driver("ten_a")
                        .apply(spec("ten_a", "res-1", Map.of()), progress)
                        .outputs())
                .containsEntry("by", "1.0.0");
    }

    @Test
    void makesResourcesInsideTheWalls() throws Exception {
        running("1.0.0", "ten_a");
        Driver driver = driver("ten_a");
        assertThat(driver.engine()).isEqualTo("acme.sites");
        assertThat(driver.resourceTypes()).containsExactly("acme.sites.site");
        assertThat(driver.check(spec("ten_a", "res-1", Map.of("wrong", 1))))
                .containsExactly(new Driver.Problem("wrong", "is wrong for 1.0.0"));

        Driver.Observation made = driver.apply(spec("ten_a", "res-1", Map.of("deed", "map")), progress);
        assertThat(made.outputs()).containsEntry("id", "res-1");
        assertThat(made.outputs().getClass().getName()).startsWith("java.util.");
        assertThat(log).containsExactly("making site with ********");

        assertThat(driver.logs("res-1", 2)).containsExactly("3", "over");
        assertThat(log).hasSize(1);
        assertThat(driver.inventory()).extracting(Driver.Held::resourceId).containsExactly("res-1");

        driver.delete("res-1", progress);
        assertThat(driver.observe("res-1")).isEmpty();
        assertThatThrownBy(() -> driver.apply(spec("ten_b", "res-9", Map.of()), progress))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void turnsWhatAnEngineDoesWrongIntoReasonsOfIts() throws Exception {
        running("1.0.0", "ten_a");
        assertThat(applied("refuse").code()).isEqualTo("NO_ROOM");
        assertThat(applied("loop")).satisfies(e -> {
            assertThat(e.code()).isEqualTo("ENGINE_TIMEOUT");
            assertThat(e.retryable()).isTrue();
        });
        assertThat(applied("fail").code()).isEqualTo("ENGINE_ERROR");
        assertThat(applied("fail")).hasMessage("The engine acme.sites failed");
        assertThat(applied("interrupt").code()).isEqualTo("ENGINE_ERROR");
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        for (String deed : List.of("loop", "fail")) {
            PlatformException silent = catchThrowableOfType(
                    PlatformException.class, () -> driver("ten_a").check(spec("ten_a", "res-1", Map.of("deed", deed))));
            assertThat(silent.code()).contains(ExtensionContributions.NO_ANSWER);
        }
    }

    private DriverException applied(String deed) {
        return catchThrowableOfType(
                DriverException.class,
                () -> driver("ten_a").apply(spec("ten_a", "res-1", Map.of("deed", deed)), progress));
    }

    @Test
    void saysThatAnEngineWhoseReleaseWasStoppedIsNotThere() throws Exception {
        ExtensionRelease one = running("1.0.0", "ten_a");
        Driver old = driver("ten_a");
        ExtensionRelease two = running("1.1.0", "ten_a");
        runtime.stop(EXTENSION, one.sha256(), Duration.ZERO);
        DriverException gone = catchThrowableOfType(
                DriverException.class, () -> old.apply(spec("ten_a", "res-1", Map.of()), progress));
        assertThat(gone.code()).isEqualTo("ENGINE_BUSY");
        assertThat(gone.retryable()).isTrue();
        assertThat(driver("ten_a")
                        .apply(spec("ten_a", "res-1", Map.of()), progress)
                        .outputs())
                .containsEntry("by", two.version());
    }

    @Test
    void tellsTheTenantOfFailuresWithoutItsSecrets() throws Exception {
        running("1.0.0", "ten_a", "ten_b");
        driver("ten_a").apply(spec("ten_a", "res-1", Map.of()), progress);
        applied("fail");
        applied("fail");
        applied("loop");
        ExtensionRuntime.Health health = runtime.health("ten_a", EXTENSION).orElseThrow();
        assertThat(health.calls()).isEqualTo(4);
        assertThat(health.failures()).isEqualTo(2);
        assertThat(health.timeouts()).isEqualTo(1);
        assertThat(health.metrics()).containsEntry("sites.made", 1L);
        assertThat(health.problems())
                .extracting(ExtensionRuntime.Problem::where)
                .containsExactly("engine acme.sites, apply", "engine acme.sites, apply");
        assertThat(health.problems().get(1).message())
                .isEqualTo("java.lang.IllegalStateException: broken with ******** inside");
        assertThat(health.problems().get(1).times()).isEqualTo(2);

        ExtensionRuntime.Health other = runtime.health("ten_b", EXTENSION).orElseThrow();
        assertThat(other.calls()).isZero();
        assertThat(other.problems()).isEmpty();
        assertThat(other.metrics()).isEmpty();
        runtime.unassign("ten_a", EXTENSION);
        assertThat(runtime.health("ten_a", EXTENSION)).isEmpty();
    }

    @Test
    void refusesNamesThatCouldBeTakenForSomebodyElses() throws Exception {
        ExtensionRelease other = sites("acme.other", "1.0.0").release(folder);
        assertThatThrownBy(() -> runtime.start(other))
                .isInstanceOf(PlatformException.class)
                .hasMessageContaining("The engine acme.sites must be called acme.other.<name>");
        assertThat(runtime.running()).isEmpty();
    }

    @Test
    void refusesATemplateThatIsNoEntryOfItsOwn() throws Exception {
        ExtensionRelease release = new ExtensionJar(EXTENSION, "1.0.0")
                .imports("org.platformforge.extension.api.driver,org.platformforge.extension.api.template")
                .component(Sites.class, List.of(TemplateProvider.class.getName()), "", ExtensionContext.class)
                .release(folder);
        assertThatThrownBy(() -> runtime.start(release)).hasMessageContaining("names a template that is not there");
    }

    @Test
    void asksModulesBeforeItAcceptsTemplates() throws Exception {
        ContributionCheck check =
                (id, templates) -> List.of(id + ": " + templates.get(0).name() + " is not right");
        ServiceRegistration<ContributionCheck> registration =
                platform.context().registerService(ContributionCheck.class, check, new Hashtable<>());
        try {
            ExtensionRelease release = sites(EXTENSION, "1.0.0").release(folder);
            assertThatThrownBy(() -> runtime.start(release)).hasMessageContaining("acme.sites: site.yaml is not right");
            assertThat(platform.extensionBundles()).isEmpty();
            // what brings none is not asked about
            runtime.start(Extensions.hello("1.0.0").release(folder));
        } finally {
            registration.unregister();
        }
    }

    private static Framework framework(String tenant) {
        List<Contribution<Framework>> found = platform.contributions().services(tenant, Framework.class);
        assertThat(found).hasSize(1);
        return found.get(0).item();
    }

    private static SourceTree bread(String deed) {
        return new SourceTree(List.of("README.md", "oven.toml"), Map.of("oven.toml", deed));
    }

    @Test
    void asksItsFrameworkInsideTheWalls() throws Exception {
        ExtensionRelease release = ovens(EXTENSION);
        runtime.start(release);
        runtime.assign("ten_a", EXTENSION, Extensions.assignment(release));
        assertThat(platform.contributions().services("ten_b", Framework.class)).isEmpty();
        Framework oven = framework("ten_a");
        assertThat(oven.description().id()).isEqualTo("acme.sites.oven");
        assertThat(oven.description().tools()).containsExactly(new Tool("oven", "2.1"));
        assertThat(oven.files()).containsExactly("oven.toml");
        assertThat(oven.detect(new SourceTree(List.of("README.md"), Map.of())))
                .isEqualTo(Framework.Detection.missing("there is no oven.toml"));
        assertThat(oven.detect(bread("")).recognized()).isTrue();
        Framework.Plan plan = oven.plan(bread(""));
        assertThat(plan.start()).isEqualTo("exec serve --by 1.0.0");
        assertThat(plan.build()).containsExactly("bake");
        assertThat(plan.env()).containsExactly(Map.entry("HEAT", "200"));
        assertThat(plan.tools()).containsExactly(Tool.any("yeast"));
        assertThatThrownBy(() -> oven.plan(bread("refuse")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the dough is ");
        for (String deed : List.of("loop", "fail")) {
            PlatformException silent = catchThrowableOfType(PlatformException.class, () -> oven.plan(bread(deed)));
            assertThat(silent.code()).contains(ExtensionContributions.NO_ANSWER);
            assertThat(silent).hasMessageNotContaining("s3cret");
        }
    }

    private static ExtensionRelease ovens(String id) throws Exception {
        return new ExtensionJar(id, "1.0.0")
                .imports("org.platformforge.extension.api.framework")
                .component(Ovens.class, List.of(Framework.class.getName()), "", ExtensionContext.class)
                .limits(4, 1500)
                .release(folder);
    }

    @Test
    void refusesAFrameworkThatCouldBeTakenForSomebodyElses() throws Exception {
        ExtensionRelease other = ovens("acme.other");
        assertThatThrownBy(() -> runtime.start(other))
                .hasMessageContaining("The framework acme.sites.oven must be called acme.other.<name>");
    }

    @Test
    void showsNobodyTheServicesThemselves() throws Exception {
        running("1.0.0", "ten_a");
        assertThat(platform.neighbour().getBundleContext().getAllServiceReferences(Driver.class.getName(), null))
                .isNull();
        assertThat(platform.neighbour()
                        .getBundleContext()
                        .getAllServiceReferences(TemplateProvider.class.getName(), null))
                .isNull();
    }
}
