package org.platformforge.kernel.extension.felix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.util.tracker.ServiceTracker;
import org.platformforge.extension.api.ExtensionContext;
import org.platformforge.extension.api.command.ExtensionCommand;
import org.platformforge.extension.api.driver.Driver;
import org.platformforge.extension.api.driver.DriverException;
import org.platformforge.extension.api.driver.Progress;
import org.platformforge.extension.api.driver.ResourceSpec;
import org.platformforge.extension.api.framework.Framework;
import org.platformforge.extension.api.framework.SourceTree;
import org.platformforge.extension.api.framework.Tool;
import org.platformforge.extension.api.job.ScheduledJob;
import org.platformforge.extension.api.pipeline.PipelineStep;
import org.platformforge.extension.api.pipeline.StepContext;
import org.platformforge.extension.api.pipeline.StepException;
import org.platformforge.extension.api.template.TemplateProvider;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.extension.ExtensionRelease;
import org.platformforge.kernel.api.extension.ExtensionRelease.Tier;
import org.platformforge.kernel.api.extension.ExtensionRuntime;
import org.platformforge.kernel.api.extension.ExternalRoutes;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.module.Generations;
import org.platformforge.kernel.api.store.EventListener;
import org.platformforge.kernel.extension.fixture.FailsAtStart;
import org.platformforge.kernel.extension.fixture.Greetings;
import org.platformforge.kernel.extension.fixture.Ovens;
import org.platformforge.kernel.extension.fixture.Scan;
import org.platformforge.kernel.extension.fixture.Sites;
import org.platformforge.kernel.extension.fixture.Stray;
import org.platformforge.kernel.extension.fixture.WantsService;
import org.platformforge.kernel.extension.fixture.Worker;
import org.platformforge.kernel.store.testing.StoreFixture;
import org.platformforge.kernel.store.testing.TestCaller;

/** Releases in processes of their own: the same extensions do the same there, and the platform looks after the process. */
class ProcessTest {
    private static final Duration NOW = Duration.ZERO;
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path folder;

    private static TestPlatform platform;
    private static ExtensionRuntime runtime;

    @BeforeAll
    static void start() throws Exception {
        // whether bubblewrap works here is the business of the test of its walls
        platform = new TestPlatform(
                folder.resolve("felix"), HostProgram.settings(Map.of("process.without.sandbox", true)));
        runtime = platform.runtime();
    }

    @AfterEach
    void clear() {
        platform.clear();
        for (String extension : List.of("acme.hello", "acme.worker", "mean.stray")) {
            runtime.erase("ten_a", extension);
        }
    }

    @AfterAll
    static void stop() throws Exception {
        platform.close();
    }

    private static ExtensionRelease apart(ExtensionJar jar) {
        return jar.release(folder).in(Tier.T2);
    }

    private static ExtensionRelease started(ExtensionJar jar) {
        ExtensionRelease release = apart(jar);
        runtime.start(release);
        runtime.assign("ten_a", release.extensionId(), Extensions.assignment(release));
        return release;
    }

    private static ExtensionJar stray(long millis) {
        return new ExtensionJar("mean.stray", "1.0.0")
                .limits(8, millis)
                .component(Stray.class, ExtensionCommand.class, ExtensionContext.class);
    }

    private static String stray(String... arguments) {
        return runtime.command("ten_a", "mean.stray", "stray", List.of(arguments));
    }

    private static ExtensionRuntime.ProcessState process(String extension) {
        return runtime.running().stream()
                .filter(one -> one.extensionId().equals(extension))
                .findFirst()
                .orElseThrow()
                .process();
    }

    private static boolean isAlive(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    private static ErrorKind refusal(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        return catchThrowableOfType(call, PlatformException.class).kind();
    }

    @Test
    void doesInItsProcessWhatItDoesInThePlatforms() throws Exception {
        ExtensionRelease release = started(Extensions.hello("1.0.0"));
        ExtensionRuntime.Running running = runtime.running().get(0);
        assertThat(running.tier()).isEqualTo(Tier.T2);
        assertThat(running.problem()).isNull();
        assertThat(running.process().state()).isEqualTo("running");
        assertThat(running.process().memoryBytes()).isPositive();
        assertThat(running.process().pid()).isNotEqualTo(ProcessHandle.current().pid());
        assertThat(running.process().walls()).isNotEmpty();

        assertThat(runtime.commands("ten_a", "acme.hello")).containsEntry("hello", "Says hello");
        assertThat(runtime.command("ten_a", "acme.hello", "hello", List.of("everything")))
                .isEqualTo("acme.hello 1.0.0 in ten_a: Hello s3cret");
        assertThat(runtime.health("ten_a", "acme.hello").orElseThrow().metrics())
                .containsEntry("used", 1L);
        ByteArrayOutputStream exported = new ByteArrayOutputStream();
        runtime.export("ten_a", "acme.hello", exported);
        assertThat(exported.toString(StandardCharsets.UTF_8)).contains("last").contains("notes");

        long pid = running.process().pid();
        runtime.unassign("ten_a", "acme.hello");
        ExtensionRuntime.Stopped stopped = runtime.stop("acme.hello", release.sha256(), NOW);
        assertThat(stopped.clean()).isTrue();
        assertThat(isAlive(pid)).isFalse();
        assertThat(platform.extensionBundles()).isEmpty();
    }

    @Test
    void runsVersionsSideBySideWhereverTheyRun() {
        ExtensionRelease here = Extensions.hello("1.0.0").release(folder);
        ExtensionRelease there = apart(Extensions.hello("1.1.0"));
        for (ExtensionRelease release : List.of(here, there)) {
            runtime.start(release);
            runtime.assign("ten_" + release.version(), "acme.hello", Extensions.assignment(release));
        }
        assertThat(runtime.command("ten_1.0.0", "acme.hello", "hello", List.of()))
                .contains("1.0.0 in ten_1.0.0");
        assertThat(runtime.command("ten_1.1.0", "acme.hello", "hello", List.of()))
                .contains("1.1.0 in ten_1.1.0");
        assertThat(runtime.running()).extracting(ExtensionRuntime.Running::tier).containsExactly(Tier.T1, Tier.T2);
    }

    @Test
    void deliversEventsAndRunsJobs() {
        List<String> services = List.of(
                org.platformforge.extension.api.event.EventListener.class.getName(),
                ScheduledJob.class.getName(),
                ExtensionCommand.class.getName());
        ExtensionJar jar = new ExtensionJar("acme.worker", "1.0.0")
                .events("order.*")
                .component(Worker.class, services, "", ExtensionContext.class);
        ServiceTracker<EventListener, StoreFixture.Subscription> outbox = platform.listen();
        try {
            started(jar);
            platform.store().run("ten_a", tx -> platform.store().outbox().publish(tx, "order.made", Map.of("n", 7)));
            TestPlatform.await(() -> worker("seen").equals("7@1.0.0"));
            TestPlatform.await(() -> worker("runs").equals("-@1.0.0"));
            assertThat(worker("who")).isEqualTo("extension:acme.worker true false");
        } finally {
            outbox.close();
        }
    }

    private static String worker(String argument) {
        return runtime.command("ten_a", "acme.worker", "worker", List.of(argument));
    }

    @Test
    void answersRequestsByTheResourcesOfTheProcess() throws Exception {
        ServiceRegistration<Generations> serving =
                platform.context().registerService(Generations.class, new AllServed(), null);
        try {
            ExtensionJar jar = new ExtensionJar("acme.hello", "1.0.0")
                    .imports("javax.ws.rs,javax.ws.rs.core,javax.validation,javax.validation.constraints,"
                            + "org.platformforge.kernel.api.http")
                    .classes(Greetings.Greeting.class, Greetings.NewGreeting.class)
                    .component(
                            Greetings.class,
                            List.of(Greetings.class.getName()),
                            "<property name='osgi.jaxrs.resource' value='true'/>",
                            ExtensionContext.class);
            started(jar);
            ExternalRoutes.Answer made = answer("makeGreeting", "POST", "", "{\"text\":\"Hello\"}");
            assertThat(made.status()).isEqualTo(201);
            JsonNode got =
                    JSON.readTree(answer("getGreeting", "GET", "default=x", "").body());
            assertThat(got.findValue("text").asText()).isEqualTo("Hello");
            assertThat(got.findValue("by").asText()).isEqualTo("user_1");
            assertThat(got.findValue("may_write").asBoolean()).isTrue();

            ExternalRoutes.Answer refused = answer("makeGreeting", "POST", "", "{\"text\":\"" + "x".repeat(30) + "\"}");
            assertThat(refused.executed()).isFalse();
            assertThat(refused.failure().known().kind()).isEqualTo(ErrorKind.VALIDATION);
            assertThat(refused.failure().known().fields()).isNotEmpty();
            runtime.erase("ten_a", "acme.hello");
            ExternalRoutes.Answer missing = answer("getGreeting", "GET", null, "");
            assertThat(missing.failure().known().kind()).isEqualTo(ErrorKind.NOT_FOUND);
        } finally {
            platform.clear();
            serving.unregister();
        }
    }

    /** As the request chain asks. */
    private static ExternalRoutes.Answer answer(String operation, String method, String query, String body)
            throws Exception {
        long bundle = platform.routing()
                .select("ten_a", "acme.hello", null)
                .orElseThrow()
                .bundleId();
        Bundle placeholder = platform.context().getBundle(bundle);
        ServiceReference<?> reference = placeholder.getRegisteredServices()[0];
        ExternalRoutes routes = (ExternalRoutes) platform.context().getService(reference);
        assertThat(routes.description()).contains("getGreeting").contains("makeGreeting");
        return platform.routing()
                .call(
                        bundle,
                        new TestCaller("ten_a", "user_1"),
                        () -> routes.answer(new ExternalRoutes.Request(
                                operation,
                                method,
                                "/api/v1/ext/acme.hello/greetings/bob",
                                List.of("bob"),
                                query,
                                "http://localhost/api/v1/ext/acme.hello/greetings/bob",
                                Map.of(
                                        "Content-Type",
                                        List.of("application/json"),
                                        "Accept",
                                        List.of("application/json")),
                                Dialect.PLATFORM_FORGE,
                                "req_1",
                                false,
                                body.getBytes(StandardCharsets.UTF_8))));
    }

    /** Routes are served at once. */
    private static final class AllServed implements Generations {
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
            return true;
        }

        @Override
        public int routes(long bundleId) {
            return 2;
        }

        @Override
        public Optional<String> problem(long bundleId) {
            return Optional.empty();
        }

        @Override
        public boolean hopeless(long bundleId) {
            return false;
        }

        @Override
        public int inFlight(long bundleId) {
            return 0;
        }

        @Override
        public boolean drain(long bundleId, Duration patience) {
            return true;
        }
    }

    @Test
    void saysInTheExtensionsOwnWordsWhyItCannotStart() {
        assertThatThrownBy(() -> runtime.start(apart(new ExtensionJar("acme.broken", "1.0.0")
                        .component(FailsAtStart.class, ExtensionCommand.class))))
                .hasMessageContaining("FailsAtStart")
                .hasMessageContaining("No licence key");
        assertThatThrownBy(() -> runtime.start(apart(new ExtensionJar("acme.broken", "1.0.0")
                        .component(WantsService.class, WantsService.class, Runnable.class))))
                .hasMessageContaining("java.lang.Runnable");
        assertThatThrownBy(() -> runtime.start(apart(Extensions.hello("1.0.0").imports("com.example.nowhere"))))
                .hasMessageContaining("com.example.nowhere");
        assertThat(runtime.running()).isEmpty();
        assertThat(platform.extensionBundles()).isEmpty();
    }

    @Test
    void comesBackAfterItsProcessWasKilled() {
        ExtensionRelease release = started(stray(10_000));
        long pid = process("mean.stray").pid();
        CompletableFuture<ErrorKind> underWay =
                CompletableFuture.supplyAsync(() -> refusal(() -> stray("sleep", "9000")));
        TestPlatform.await(() -> runtime.running().get(0).inFlight() == 1);
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        assertThat(underWay.join()).isEqualTo(ErrorKind.UNAVAILABLE);

        PlatformException meanwhile =
                catchThrowableOfType(() -> stray("throw", "not reached"), PlatformException.class);
        assertThat(meanwhile.kind()).isEqualTo(ErrorKind.UNAVAILABLE);
        assertThat(meanwhile.retryAfter()).isPresent();
        assertThat(runtime.running().get(0).problem()).contains("exit code 137");
        assertThat(process("mean.stray").state()).isEqualTo("restarting");

        awaitRestart(1);
        assertThat(stray("print", "good")).isEqualTo("ten_a");
        assertThat(process("mean.stray").pid()).isNotEqualTo(pid);
        runtime.unassign("ten_a", "mean.stray");
        assertThat(runtime.stop("mean.stray", release.sha256(), NOW).clean()).isTrue();
    }

    private static void awaitRestart(int times) {
        TestPlatform.await(() -> {
            ExtensionRuntime.ProcessState now = process("mean.stray");
            return now.state().equals("running") && now.restarts() >= times;
        });
    }

    @Test
    void saysWhyItsProcessHasEndedByItself() {
        started(stray(10_000));
        assertThat(refusal(() -> stray("exit", "7"))).isEqualTo(ErrorKind.UNAVAILABLE);
        TestPlatform.await(() -> process("mean.stray").lastError() != null);
        assertThat(process("mean.stray").lastError()).contains("exit code 7");
        awaitRestart(1);
        assertThat(refusal(() -> stray("allocate"))).isEqualTo(ErrorKind.UNAVAILABLE);
        TestPlatform.await(() -> process("mean.stray").lastError().contains("more memory"));
        awaitRestart(2);
        assertThat(stray("print", "good")).isEqualTo("ten_a");
    }

    @Test
    void endsCallsInTimeAndTheProcessThatGoesOnWithOne() {
        started(stray(500));
        long pid = process("mean.stray").pid();
        assertThat(refusal(() -> stray("sleep", "30000"))).isEqualTo(ErrorKind.GATEWAY_TIMEOUT);
        assertThat(stray("print", "the same")).isEqualTo("ten_a");
        assertThat(process("mean.stray").pid()).isEqualTo(pid);
        assertThat(refusal(() -> stray("spin"))).isEqualTo(ErrorKind.GATEWAY_TIMEOUT);
        TestPlatform.await(() -> !isAlive(pid));
        awaitRestart(1);
        assertThat(process("mean.stray").lastError()).contains("whose time was over");
    }

    @Test
    void tellsWhatACommandFailedOf() {
        started(stray(10_000));
        assertThatThrownBy(() -> stray("throw", "no idea"))
                .isInstanceOfSatisfying(
                        PlatformException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CONFLICT))
                .hasMessageContaining("java.lang.IllegalStateException: no idea");
    }

    @Test
    void leavesNoProcessWhateverItsThreadsDo() {
        ExtensionRelease release = started(stray(10_000));
        assertThat(stray("thread")).isEqualTo("ten_a");
        long pid = process("mean.stray").pid();
        runtime.unassign("ten_a", "mean.stray");
        assertThat(runtime.stop("mean.stray", release.sha256(), NOW).clean()).isTrue();
        assertThat(isAlive(pid)).isFalse();
    }

    @Test
    void bringsTemplatesAndMakesResourcesByItsEngines() throws Exception {
        List<String> log = new CopyOnWriteArrayList<>();
        Progress progress = new Progress() {
            @Override
            public void log(String line) {
                log.add(line);
            }

            @Override
            public boolean cancelled() {
                return false;
            }
        };
        started(new ExtensionJar("acme.sites", "1.0.0")
                .imports("org.platformforge.extension.api.driver,org.platformforge.extension.api.template")
                .entry("META-INF/templates/site.yaml", "name: site")
                .component(
                        Sites.class,
                        List.of(Driver.class.getName(), TemplateProvider.class.getName()),
                        "",
                        ExtensionContext.class));
        assertThat(platform.contributions().templates("ten_a"))
                .extracting(
                        one -> one.item().name() + " " + new String(one.item().content(), StandardCharsets.UTF_8))
                .containsExactly("site.yaml name: site");
        Driver driver =
                platform.contributions().services("ten_a", Driver.class).get(0).item();
        assertThat(driver.engine()).isEqualTo("acme.sites");
        assertThat(driver.resourceTypes()).containsExactly("acme.sites.site");
        assertThat(driver.check(site(Map.of("wrong", 1))))
                .containsExactly(new Driver.Problem("wrong", "is wrong for 1.0.0"));

        Driver.Observation made = driver.apply(site(Map.of("size", 1.5)), progress);
        assertThat(made.state()).isEqualTo(Driver.State.RUNNING);
        assertThat(made.outputs()).containsEntry("by", "1.0.0");
        assertThat(log).containsExactly("making app with ********");
        assertThat(driver.observe("res-1").orElseThrow().detail()).isEqualTo("made by 1.0.0");
        assertThat(driver.logs("res-1", 2)).containsExactly("3", "over");
        assertThat(driver.inventory()).extracting(Driver.Held::resourceId).containsExactly("res-1");
        assertThat(driver.usage("res-1")).isEmpty();
        assertThatThrownBy(() -> driver.apply(site(Map.of("deed", "refuse")), progress))
                .isInstanceOfSatisfying(DriverException.class, e -> {
                    assertThat(e.code()).isEqualTo("NO_ROOM");
                    assertThat(e.retryable()).isFalse();
                });
        assertThatThrownBy(() -> driver.apply(site(Map.of("deed", "fail")), progress))
                .isInstanceOfSatisfying(
                        DriverException.class, e -> assertThat(e.code()).isEqualTo("ENGINE_ERROR"))
                .hasMessageNotContaining("s3cret");
        driver.delete("res-1", progress);
        assertThat(driver.observe("res-1")).isEmpty();
        runtime.erase("ten_a", "acme.sites");
    }

    @Test
    void asksItsFrameworksInTheirProcess() throws Exception {
        started(new ExtensionJar("acme.sites", "1.0.0")
                .imports("org.platformforge.extension.api.framework")
                .component(Ovens.class, List.of(Framework.class.getName()), "", ExtensionContext.class));
        Framework oven = platform.contributions()
                .services("ten_a", Framework.class)
                .get(0)
                .item();
        assertThat(oven.description().name()).isEqualTo("Oven");
        assertThat(oven.description().tools()).containsExactly(new Tool("oven", "2.1"));
        assertThat(oven.files()).containsExactly("oven.toml");
        SourceTree bread = new SourceTree(List.of("oven.toml"), Map.of("oven.toml", ""));
        assertThat(oven.detect(bread)).isEqualTo(Framework.Detection.by("oven.toml"));
        Framework.Plan plan = oven.plan(bread);
        assertThat(plan.start()).isEqualTo("exec serve --by 1.0.0");
        assertThat(plan.startTimeoutSeconds()).isEqualTo(30);
        assertThat(plan.tools()).containsExactly(Tool.any("yeast"));
        SourceTree refused = new SourceTree(List.of("oven.toml"), Map.of("oven.toml", "refuse"));
        assertThatThrownBy(() -> oven.plan(refused))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the dough is ");
        SourceTree broken = new SourceTree(List.of("oven.toml"), Map.of("oven.toml", "fail"));
        assertThatThrownBy(() -> oven.plan(broken))
                .isInstanceOf(PlatformException.class)
                .hasMessageNotContaining("s3cret");
        runtime.erase("ten_a", "acme.sites");
    }

    @Test
    void runsItsPipelineStepsInTheirProcess() throws Exception {
        started(new ExtensionJar("acme.scan", "1.0.0")
                .imports("org.platformforge.extension.api.pipeline")
                .component(Scan.class, PipelineStep.class, ExtensionContext.class)
                .limits(4, 1500));
        PipelineStep scan = platform.contributions()
                .services("ten_a", PipelineStep.class)
                .get(0)
                .item();
        RunningStep run = new RunningStep(Map.of("LICENCE", "MIT"));

        assertThat(scan.name()).isEqualTo("licences");
        assertThat(scan.check(Map.of("wrong", 1)))
                .containsExactly(new PipelineStep.Problem("wrong", "is wrong for 1.0.0"));
        assertThat(scan.run(RunningStep.request(Map.of()), run))
                .containsEntry("licence", "MIT")
                .containsEntry("files", "LICENCE big")
                .containsEntry("cancelled", "false");
        assertThat(scan.run(RunningStep.request(Map.of()), new RunningStep(Map.of())))
                .containsEntry("licence", "none");
        assertThat(run.lines()).containsExactly("scanning for ********");

        // what the platform refuses, what the step says against the run, and what goes wrong in it
        assertThat(refused(scan, Map.of("file", "big"), run).code()).isEqualTo("FILE_TOO_LARGE");
        StepException denied = refused(scan, Map.of("deed", "refuse"), run);
        assertThat(denied.code()).isEqualTo("LICENCE_DENIED");
        assertThat(denied).hasMessage("******** is no licence");
        assertThat(refused(scan, Map.of("deed", "fail"), run)).hasMessage("The step licences failed");
        assertThat(refused(scan, Map.of("deed", "loop"), run).code()).isEqualTo("STEP_TIMEOUT");
        assertThat(run.lines()).doesNotContain("too late");
        runtime.erase("ten_a", "acme.scan");
    }

    private static StepException refused(PipelineStep step, Map<String, Object> with, StepContext run) {
        return catchThrowableOfType(StepException.class, () -> step.run(RunningStep.request(with), run));
    }

    private static ResourceSpec site(Map<String, Object> properties) {
        return new ResourceSpec("res-1", "ten_a", "prov-1", "app", "shop", "dev", "acme.sites.site", properties);
    }

    @Test
    void refusesMoreProcessesThanTheOperatorAllows() throws Exception {
        platform.configure(HostProgram.settings(Map.of("process.without.sandbox", true, "process.count", 0)));
        try {
            TestPlatform.await(() -> refused(Extensions.hello("1.0.0")).contains("allows no more"));
        } finally {
            platform.configure(HostProgram.settings(Map.of("process.without.sandbox", true)));
        }
    }

    private static String refused(ExtensionJar jar) {
        try {
            ExtensionRelease release = apart(jar);
            runtime.start(release);
            runtime.stop(release.extensionId(), release.sha256(), NOW);
            return "";
        } catch (PlatformException e) {
            return e.getMessage();
        }
    }

    @Test
    void refusesAProcessWithoutWallsUnlessTheOperatorAllowsIt() throws Exception {
        platform.configure(HostProgram.settings(Map.of("process.sandbox.program", "/nowhere/bwrap")));
        try {
            TestPlatform.await(() -> runtime.isolation().problem() != null);
            assertThat(runtime.isolation().problem()).contains("/nowhere/bwrap").contains("not installed");
            assertThat(refused(Extensions.hello("1.0.0"))).contains("/nowhere/bwrap");
            platform.configure(HostProgram.settings(
                    Map.of("process.sandbox.program", "/nowhere/bwrap", "process.without.sandbox", true)));
            TestPlatform.await(() -> runtime.isolation().problem() == null);
            started(Extensions.hello("1.0.0"));
            assertThat(process("acme.hello").walls()).anyMatch(wall -> wall.contains("bubblewrap is missing"));
            assertThat(runtime.command("ten_a", "acme.hello", "hello", List.of()))
                    .contains("ten_a");
        } finally {
            platform.configure(HostProgram.settings(Map.of("process.without.sandbox", true)));
        }
    }
}
