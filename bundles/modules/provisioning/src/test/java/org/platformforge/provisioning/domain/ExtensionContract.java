package org.platformforge.provisioning.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.platformforge.kernel.store.testing.TestCaller.ALICE;
import static org.platformforge.kernel.store.testing.TestCaller.BOB;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.platformforge.extension.api.driver.DriverException;
import org.platformforge.extension.api.driver.ResourceSpec;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.extension.ExtensionContributions;
import org.platformforge.kernel.api.health.HealthCheck;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.provisioning.domain.template.FakeExtensions;
import org.platformforge.provisioning.domain.template.FakeExtensions.Version;
import org.platformforge.provisioning.testing.FakeDriver;
import org.platformforge.provisioning.testing.ServiceReferences;

/** Templates and engines of extensions, tenant by tenant, on the real store and the real operations of either database. */
abstract class ExtensionContract {
    private static final String EXTENSION = "acme.sites";
    private static final String TEMPLATE = "acme.sites.site";
    private static final String ENGINE = "acme.sites.pages";

    private final DatabaseKind kind;
    private TestPlatform platform;

    ExtensionContract(DatabaseKind kind) {
        this.kind = kind;
    }

    @BeforeEach
    void start() {
        platform = new TestPlatform(kind);
    }

    @AfterEach
    void stop() throws InterruptedException {
        platform.close();
    }

    private static String template(String name, String version) {
        return """
                name: %s
                version: "%s"
                estimated_time: 1 s
                service: ${parameters.app_name}
                environment: dev
                parameters:
                  type: object
                  required: [app_name]
                  properties:
                    app_name: {type: string}
                resources:
                  - name: page
                    type: acme.sites.page
                    properties: {title: "${parameters.app_name} of %s"}
                  - name: index
                    type: acme.sites.page
                    depends_on: [page]
                outputs:
                  by: ${resources.page.outputs.by}
                """.formatted(name, version, version);
    }

    private static FakeDriver pages(String version, Map<String, ResourceSpec> held) {
        return new FakeDriver(ENGINE, Set.of("acme.sites.page"), spec -> Map.of("by", version), held);
    }

    private static Version version(String version, FakeDriver... drivers) {
        return new Version(EXTENSION, version, List.of(template(TEMPLATE, version)), List.of(drivers));
    }

    private FakeDriver serve(Caller tenant, String version, Map<String, ResourceSpec> held) {
        FakeDriver driver = pages(version, held);
        platform.extensions.serve(tenant.tenantId(), version(version, driver));
        return driver;
    }

    private Provision create(Caller caller, String app) {
        return platform.provisions.create(caller, TEMPLATE, Map.of("app_name", app));
    }

    private ProvisionService.Detail completed(Caller caller, String app) {
        ProvisionService.Detail detail =
                platform.awaitEnd(caller, create(caller, app).id());
        assertThat(detail.provision().status()).as("%s", detail).isEqualTo(ProvisionStatus.COMPLETED);
        return detail;
    }

    private static PlatformException refused(Callable<?> attempt) {
        PlatformException refusal = catchThrowableOfType(PlatformException.class, attempt::call);
        assertThat(refusal).isNotNull();
        return refusal;
    }

    private EngineVeto veto() {
        return new EngineVeto(
                ServiceReferences.context("provisioning", 1),
                platform.database,
                platform.resourceRows,
                platform.provisionRows,
                platform.drivers);
    }

    @Test
    void servesEachTenantFromItsOwnVersionAtTheSameTime() {
        FakeDriver one = serve(ALICE, "1.2.3", new ConcurrentHashMap<>());
        FakeDriver two = serve(BOB, "1.3.0", new ConcurrentHashMap<>());

        ProvisionService.Detail alices = completed(ALICE, "blog");
        ProvisionService.Detail bobs = completed(BOB, "blog");

        assertThat(alices.provision().outputs()).containsEntry("by", "1.2.3");
        assertThat(alices.provision().templateVersion()).isEqualTo("1.2.3");
        assertThat(bobs.provision().outputs()).containsEntry("by", "1.3.0");
        assertThat(one.held.values()).extracting(ResourceSpec::tenantId).containsOnly("ten_a");
        assertThat(one.held.values())
                .extracting(spec -> spec.properties().get("title"))
                .contains("blog of 1.2.3");
        assertThat(two.held.values()).extracting(ResourceSpec::tenantId).containsOnly("ten_b");
        assertThat(platform.templateService.get(ALICE, TEMPLATE).source()).hasToString("acme.sites 1.2.3");
        assertThat(platform.templateService.get(BOB, TEMPLATE).source()).hasToString("acme.sites 1.3.0");
        assertThat(platform.templateService.get(BOB, TEMPLATE).engines()).containsEntry("acme.sites.page", ENGINE);
    }

    @Test
    void showsNothingOfItToATenantThatHasNotInstalledIt() {
        FakeDriver driver = serve(ALICE, "1.0.0", new ConcurrentHashMap<>());

        assertThat(platform.templateService.list(ALICE))
                .extracting(detail -> detail.template().name())
                .containsExactly("static-site", "web-app", "worker", TEMPLATE);
        assertThat(platform.templateService.list(BOB))
                .extracting(detail -> detail.template().name())
                .containsExactly("static-site", "web-app", "worker");
        assertThat(refused(() -> platform.templateService.get(BOB, TEMPLATE)).kind())
                .isEqualTo(ErrorKind.NOT_FOUND);
        for (Callable<?> attempt : List.<Callable<?>>of(
                () -> create(BOB, "blog"), () -> platform.provisions.plan(BOB, TEMPLATE, Map.of("app_name", "blog")))) {
            assertThat(refused(attempt).fields())
                    .singleElement()
                    .satisfies(error -> assertThat(error.message()).endsWith("there are static-site, web-app, worker"));
        }
        assertThat(driver.calls).isEmpty();
        assertThat(driver.checked).isEmpty();
    }

    @Test
    void doesNotLendAnEngineToTemplatesOfATenantThatHasNotInstalledIt() {
        serve(ALICE, "1.0.0", new ConcurrentHashMap<>());
        platform.extensions.serve(
                "ten_b", new Version("evil.twin", "1.0.0", List.of(template("evil.twin.site", "1.0.0")), List.of()));
        PlatformException refusal =
                refused(() -> platform.provisions.create(BOB, "evil.twin.site", Map.of("app_name", "blog")));
        assertThat(refusal.kind()).isEqualTo(ErrorKind.UNAVAILABLE);
        assertThat(platform.templateService.get(BOB, "evil.twin.site").problems())
                .containsExactly("No engine that makes resources of type acme.sites.page is installed");
    }

    @Test
    void refusesTemplatesUnderNamesOfOthers() {
        for (String name : List.of("web-app", "site", "acme.other.site", "acme.sites.web.app")) {
            assertThat(platform.extensionTemplates.problems(
                            EXTENSION, List.of(FakeExtensions.file(template(name, "1")))))
                    .as(name)
                    .singleElement()
                    .asString()
                    .startsWith("The template site.yaml cannot be used: name: must be ");
        }
        assertThat(platform.extensionTemplates.problems(
                        EXTENSION,
                        List.of(
                                FakeExtensions.file(template(TEMPLATE, "1")),
                                FakeExtensions.file(template(TEMPLATE, "2")))))
                .containsExactly("The template site.yaml cannot be used: name: another template of the extension is"
                        + " called " + TEMPLATE);
        assertThat(platform.extensionTemplates.problems(
                        EXTENSION, List.of(FakeExtensions.file(template(TEMPLATE, "1")))))
                .isEmpty();
    }

    @Test
    void leavesOutWhatWasStartedUnderAnotherName() {
        platform.extensions.serve(
                "ten_a", new Version(EXTENSION, "1.0.0", List.of(template("web-app", "66")), List.of()));
        assertThat(platform.templateService.get(ALICE, "web-app").source()).hasToString("platform");
        assertThat(platform.templateService.broken(ALICE)).hasSize(1);
        assertThat(platform.templateService.broken(BOB)).isEmpty();
    }

    @Test
    void keepsWhatATemplateMadeWhenTheTemplateIsGone() {
        String text = template(TEMPLATE, "1.0.0")
                .replace("acme.sites.page", "worker")
                .replace("outputs.by", "outputs.address");
        platform.extensions.serve("ten_a", new Version(EXTENSION, "1.0.0", List.of(text), List.of()));
        ProvisionService.Detail done = completed(ALICE, "blog");
        assertThat(veto().objection("ten_a", EXTENSION, null)).isEmpty();

        platform.extensions.remove("ten_a");

        assertThat(platform.provisions
                        .get(ALICE, done.provision().id())
                        .provision()
                        .outputs())
                .containsKey("by");
        String page = platform.resource(done, "page").id();
        assertThat(platform.resources.get(ALICE, page).observed().state()).isEqualTo("running");
        platform.resources.delete(ALICE, page, true, false);
        Awaitility.await().until(() -> platform.process.held.isEmpty());
    }

    @Test
    void handsResourcesOverToTheVersionTheTenantIsMovedTo() {
        FakeDriver one = serve(ALICE, "1.0.0", new ConcurrentHashMap<>());
        ProvisionService.Detail done = completed(ALICE, "blog");
        FakeDriver two = serve(ALICE, "1.1.0", one.held);
        one.calls.clear();

        String page = platform.resource(done, "page").id();
        assertThat(platform.resources.get(ALICE, page).observed().drift()).isEqualTo("its outputs have changed");
        platform.resources.delete(ALICE, page, true, false);

        Awaitility.await().until(() -> two.held.isEmpty());
        assertThat(two.calls).containsExactly("delete index", "delete page");
        assertThat(one.calls).isEmpty();
    }

    @Test
    void endsARunningProvisionOnTheVersionTheTenantIsMovedTo() {
        FakeDriver one = serve(ALICE, "1.0.0", new ConcurrentHashMap<>());
        one.hold = new CountDownLatch(1);
        Provision provision = create(ALICE, "blog");
        Awaitility.await().until(() -> !one.held.isEmpty());

        FakeDriver two = serve(ALICE, "1.1.0", one.held);
        // the old version is stopped: the call in it is ended
        one.applyFailure = new DriverException("ENGINE_BUSY", "is being stopped", true, null);
        one.hold.countDown();

        ProvisionService.Detail done = platform.awaitEnd(ALICE, provision.id());
        assertThat(done.provision().status()).isEqualTo(ProvisionStatus.COMPLETED);
        assertThat(done.provision().templateVersion()).isEqualTo("1.0.0");
        assertThat(done.provision().outputs()).containsEntry("by", "1.1.0");
        assertThat(one.calls).containsExactly("apply page");
        assertThat(two.calls).containsExactly("apply page", "apply index");
        assertThat(two.held.keySet())
                .containsExactlyInAnyOrderElementsOf(provision.resourceIds().values());
        assertThat(done.resources()).allSatisfy(r -> assertThat(r.status()).isEqualTo(ResourceStatus.ACTIVE));
    }

    @Test
    void leavesNothingOfARunningProvisionThatTheNewVersionCannotEnd() {
        FakeDriver one = serve(ALICE, "1.0.0", new ConcurrentHashMap<>());
        one.hold = new CountDownLatch(1);
        Provision provision = create(ALICE, "blog");
        Awaitility.await().until(() -> !one.held.isEmpty());

        FakeDriver two = serve(ALICE, "1.1.0", one.held);
        two.applyFailure = new DriverException("GONE", "pages are not made any more", false, null);
        one.applyFailure = new DriverException("ENGINE_BUSY", "is being stopped", true, null);
        one.hold.countDown();

        ProvisionService.Detail done = platform.awaitEnd(ALICE, provision.id());
        assertThat(done.provision().status()).isEqualTo(ProvisionStatus.FAILED);
        assertThat(two.held).isEmpty();
        assertThat(done.resources()).isEmpty();
        assertThat(done.cleanup().clean()).isTrue();
    }

    @Test
    void objectsToTheEndOfAnExtensionThatHoldsResources() {
        FakeDriver one = serve(ALICE, "1.0.0", new ConcurrentHashMap<>());
        ProvisionService.Detail done = completed(ALICE, "blog");
        String page = platform.resource(done, "page").id();

        assertThat(veto().objection("ten_a", EXTENSION, null).orElseThrow())
                .startsWith(
                        "the engine acme.sites.pages holds 2 resources (page of blog in dev, " + page + "; index of")
                .endsWith("); delete them first");
        assertThat(veto().objection("ten_b", EXTENSION, null)).isEmpty();
        assertThat(veto().objection("ten_a", "acme.site", null)).isEmpty();

        platform.extensions.run(version("1.1.0", pages("1.1.0", one.held)));
        assertThat(veto().objection("ten_a", EXTENSION, "acme.sites@1.1.0")).isEmpty();
        platform.extensions.run(version("2.0.0"));
        assertThat(veto().objection("ten_a", EXTENSION, "acme.sites@2.0.0")).isPresent();

        platform.resources.delete(ALICE, page, true, false);
        Awaitility.await()
                .until(() -> veto().objection("ten_a", EXTENSION, null).isEmpty());
    }

    @Test
    void objectsWhileAProvisionMakesSomethingOfIt() {
        FakeDriver one = serve(ALICE, "1.0.0", new ConcurrentHashMap<>());
        one.hold = new CountDownLatch(1);
        Provision provision = create(ALICE, "blog");
        Awaitility.await().until(() -> !one.held.isEmpty());
        assertThat(veto().objection("ten_a", EXTENSION, null).orElseThrow())
                .contains("resources of it are being made by " + provision.id());
        one.hold.countDown();
        platform.awaitEnd(ALICE, provision.id());
    }

    @Test
    void saysThatAnEngineDoesNotAnswerAndNotThatTheRequestIsWrong() {
        FakeDriver driver = serve(ALICE, "1.0.0", new ConcurrentHashMap<>());
        ProvisionService.Detail done = completed(ALICE, "blog");
        PlatformException busy = PlatformException.of(ErrorKind.UNAVAILABLE, "acme.sites 1.0.0 is busy")
                .withCode(ExtensionContributions.NO_ANSWER);
        driver.unanswered = busy;

        assertThat(refused(() -> create(ALICE, "other"))).isSameAs(busy);
        String page = platform.resource(done, "page").id();
        assertThat(platform.resources.get(ALICE, page).observed())
                .isEqualTo(new Observed("unknown", "acme.sites 1.0.0 is busy", Map.of(), null));
        assertThat(refused(() -> platform.resources.logs(ALICE, page, 10))).isSameAs(busy);
        assertThat(platform.engineSweep.look().silent())
                .containsExactly(Map.entry("acme.sites.pages (ten_a)", "acme.sites 1.0.0 is busy"));
    }

    @Test
    void sweepsTenantByTenantAndSaysWhatIsMissing() throws Exception {
        FakeDriver alices = serve(ALICE, "1.0.0", new ConcurrentHashMap<>());
        serve(BOB, "1.0.0", new ConcurrentHashMap<>());
        completed(ALICE, "blog");
        ResourceSpec forgotten = new ResourceSpec(
                "res-forgotten", "ten_a", "prov-gone", "page", "blog", "dev", "acme.sites.page", Map.of());
        alices.held.put(forgotten.id(), forgotten);

        EngineSweep.Report report = platform.engineSweep.look();
        assertThat(report.silent()).isEmpty();
        assertThat(report.missing()).isEmpty();
        assertThat(report.orphans())
                .containsExactly(new EngineSweep.Holding(ENGINE, "res-forgotten", "ten_a", "prov-gone", "page"));
        platform.engineSweep.remove(ALICE, report);
        assertThat(alices.held).hasSize(2);

        EngineHealth health = new EngineHealth(platform.database, platform.resourceRows, platform.drivers);
        assertThat(health.check().status())
                .isEqualTo(HealthCheck.Health.healthy().status());
        platform.extensions.remove("ten_a");
        assertThat(health.check().message())
                .isEqualTo("2 resources are held by the engine acme.sites.pages, which is not installed");
        assertThat(platform.engineSweep.look().silent())
                .containsExactly(Map.entry("acme.sites.pages (ten_a)", "The engine is not installed"));
    }
}
