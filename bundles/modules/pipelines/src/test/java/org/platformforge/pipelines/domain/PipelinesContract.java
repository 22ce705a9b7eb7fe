package org.platformforge.pipelines.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.platformforge.kernel.store.testing.TestCaller.ALICE;
import static org.platformforge.kernel.store.testing.TestCaller.BOB;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.platformforge.extension.api.framework.Framework;
import org.platformforge.extension.api.framework.SourceTree;
import org.platformforge.extension.api.framework.Tool;
import org.platformforge.extension.api.pipeline.PipelineStep;
import org.platformforge.extension.api.pipeline.StepContext;
import org.platformforge.extension.api.pipeline.StepException;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.delivery.DeployRequest;
import org.platformforge.kernel.api.delivery.Release;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.kernel.store.testing.TestCaller;
import org.platformforge.pipelines.domain.PipelineService.Created;
import org.platformforge.pipelines.domain.PushService.Answer;
import org.platformforge.pipelines.domain.PushService.Delivery;
import org.platformforge.pipelines.domain.RunService.Order;
import org.platformforge.pipelines.domain.RunService.Whole;
import org.platformforge.pipelines.trigger.Signature;

/** What pipelines promise, on the real store and the real operations of either database. */
abstract class PipelinesContract {
    private static final Caller CAROL = new TestCaller(ALICE.tenantId(), "user_carol");
    private static final String FILE = ".platformforge/pipeline.yaml";
    private static final Order ORDER = new Order(null, null, null);

    private final DatabaseKind kind;
    private TestPipelines platform;

    PipelinesContract(DatabaseKind kind) {
        this.kind = kind;
    }

    @BeforeEach
    void open() {
        platform = new TestPipelines(kind);
    }

    @AfterEach
    void close() throws InterruptedException {
        platform.close();
    }

    private static String definition(String build, String test, String approval) {
        return """
                version: 1
                stages:
                  - name: build
                    commands: ["%s"]
                  - name: test
                    commands: ["%s"]
                    reports: ["*.xml"]
                    secrets: [TOKEN]
                  - name: deploy
                    run: {start: exec ./app, probe_path: /healthz}
                    secrets: [TOKEN]
                    approval: %s
                """.formatted(build, test, approval);
    }

    private Created pipeline(String definition, String... environments) {
        platform.world.refs.put("main", Map.of(FILE, definition));
        return platform.pipelines.create(ALICE, TestPipelines.draft(environments));
    }

    private Whole run(Created made, Order order) {
        return platform.runs.start(ALICE, made.pipeline().id(), order);
    }

    private static Order order(String environment, Map<String, Object> parameters) {
        return new Order(null, environment, parameters);
    }

    private static List<String> states(Whole whole) {
        return whole.stages().stream()
                .map(stage -> stage.name() + " " + stage.status().name().toLowerCase(java.util.Locale.ROOT))
                .toList();
    }

    private static List<FieldError> refused(Runnable call) {
        PlatformException refused = catchThrowableOfType(PlatformException.class, call::run);
        assertThat(refused.kind()).isEqualTo(ErrorKind.VALIDATION);
        return refused.fields();
    }

    private static ErrorKind kind(Runnable call) {
        return catchThrowableOfType(PlatformException.class, call::run).kind();
    }

    @Test
    void readsAsNotFoundForAForeignTenantWhateverIsAsked() {
        Created made = pipeline(definition("make", "check", "[]"), "staging");
        String id = made.pipeline().id();
        Whole ended = platform.ended(ALICE, run(made, ORDER).run().id());
        String runId = ended.run().id();

        List<Runnable> calls = List.of(
                () -> platform.pipelines.get(BOB, id),
                () -> platform.pipelines.update(BOB, id, TestPipelines.draft("staging")),
                () -> platform.pipelines.newSecret(BOB, id),
                () -> platform.pipelines.delete(BOB, id),
                () -> platform.runs.start(BOB, id, ORDER),
                () -> platform.runs.list(BOB, id, PageRequest.first(10)),
                () -> platform.runs.whole(BOB, runId),
                () -> platform.runs.stage(BOB, runId, "build"),
                () -> platform.runs.cancel(BOB, runId),
                () -> platform.runs.decide(BOB, runId, null, true, ""),
                () -> platform.runs.again(BOB, runId, null),
                () -> platform.log.after(BOB, runId, 0, 10, null),
                () -> platform.runs.whole(ALICE, "run-no\0such"),
                () -> platform.pipelines.get(ALICE, "pipe-' OR 1=1"));
        for (Runnable call : calls) {
            assertThat(kind(call)).isEqualTo(ErrorKind.NOT_FOUND);
        }
        assertThat(platform.pipelines.list(BOB, null, PageRequest.first(10)).items())
                .isEmpty();
    }

    @Test
    void takesOnlyPushesThatAreSignedWithItsSecretAndEachOnce() {
        Created made = pipeline(definition("make", "check", "[]"), "staging");
        String id = made.pipeline().id();
        String commit = "a".repeat(40);
        platform.world.refs.put(commit, platform.world.refs.get("main"));
        byte[] body = ("{\"ref\":\"refs/heads/main\",\"after\":\"" + commit
                        + "\",\"head_commit\":{\"message\":\"Fix it\\nmore\"},\"pusher\":{\"name\":\"octo\\tcat\\nroot\"}}")
                .getBytes(StandardCharsets.UTF_8);
        byte[] secret = made.secret().getBytes(StandardCharsets.US_ASCII);
        String signature = Signature.of(secret, body);

        byte[] changed =
                new String(body, StandardCharsets.UTF_8).replace("main", "evil").getBytes(StandardCharsets.UTF_8);
        for (Runnable forged : List.<Runnable>of(
                () -> platform.pushes.receive(BOB, id, new Delivery(null, "1", "push"), body),
                () -> platform.pushes.receive(BOB, id, new Delivery("sha256=" + "0".repeat(64), "1", "push"), body),
                () -> platform.pushes.receive(BOB, id, new Delivery(signature, "1", "push"), changed),
                () -> platform.pushes.receive(BOB, "pipe-other", new Delivery(signature, "1", "push"), body),
                () -> platform.pushes.receive(
                        BOB,
                        "pipe-other",
                        new Delivery(
                                Signature.of("no such pipeline".getBytes(StandardCharsets.US_ASCII), body),
                                "1",
                                "push"),
                        body))) {
            assertThat(kind(forged)).isEqualTo(ErrorKind.UNAUTHENTICATED);
        }
        assertThat(platform.runs.list(ALICE, id, PageRequest.first(10)).total()).isZero();

        assertThat(platform.pushes
                        .receive(BOB, id, new Delivery(signature, "1", "ping"), body)
                        .status())
                .isEqualTo("pong");
        Answer accepted = platform.pushes.receive(BOB, id, new Delivery(signature, "1", "push"), body);
        assertThat(accepted.status()).isEqualTo("accepted");
        assertThat(platform.pushes.receive(BOB, id, new Delivery(signature, "1", "push"), body))
                .isEqualTo(new Answer("duplicate", accepted.runId(), null));
        assertThat(platform.pushes.receive(BOB, id, new Delivery(signature, "2", "push"), body))
                .isEqualTo(new Answer("duplicate", accepted.runId(), null));
        Whole ended = platform.ended(ALICE, accepted.runId());
        assertThat(ended.run().status()).isEqualTo(Run.Status.SUCCEEDED);
        assertThat(ended.run().commit()).isEqualTo(commit);
        assertThat(ended.run().cause().note()).isEqualTo("Fix it");
        assertThat(ended.run().createdBy()).isEqualTo("github:octo cat");
        assertThat(platform.world.releases.values())
                .extracting(Release::createdBy)
                .containsExactly("github:octo cat");

        String renewed = platform.pipelines.newSecret(ALICE, id);
        assertThat(kind(() -> platform.pushes.receive(BOB, id, new Delivery(signature, "3", "push"), body)))
                .isEqualTo(ErrorKind.UNAUTHENTICATED);
        for (String other : List.of("refs/heads/feature", "refs/tags/v1", "refs/heads/../main", "")) {
            byte[] ignored =
                    ("{\"ref\":\"" + other + "\",\"after\":\"" + commit + "\"}").getBytes(StandardCharsets.UTF_8);
            String signed = Signature.of(renewed.getBytes(StandardCharsets.US_ASCII), ignored);
            assertThat(platform.pushes
                            .receive(BOB, id, new Delivery(signed, "4", "push"), ignored)
                            .status())
                    .as(other)
                    .isEqualTo("ignored");
        }
        byte[] broken = "[1".getBytes(StandardCharsets.UTF_8);
        String signed = Signature.of(renewed.getBytes(StandardCharsets.US_ASCII), broken);
        assertThat(kind(() -> platform.pushes.receive(BOB, id, new Delivery(signed, "5", "push"), broken)))
                .isEqualTo(ErrorKind.MALFORMED);
    }

    @Test
    void tellsEverythingThatIsWrongWithAPipeline() {
        PlatformException refusal = catchThrowableOfType(
                PlatformException.class,
                () -> platform.pipelines.create(
                        ALICE,
                        new PipelineDraft(
                                "My App",
                                "http://127.0.0.1/x",
                                List.of("dev", "dev"),
                                "../x",
                                List.of("a b"),
                                List.of("moon"),
                                null,
                                null,
                                "61 * * * *",
                                null,
                                "No Framework",
                                "a b",
                                Map.of("A-B", "c"))));

        assertThat(refusal.code()).contains("PIPELINE_FAILED");
        assertThat(refusal.fields())
                .extracting(FieldError::field)
                .containsExactlyInAnyOrder(
                        "service_name",
                        "repository",
                        "environments",
                        "branch",
                        "push_branches",
                        "approvals",
                        "schedule.cron",
                        "framework",
                        "token",
                        "secrets");
    }

    @Test
    void bringsTheSameArtifactThroughAllEnvironments() {
        Created made = pipeline(definition("make", "check", "[production]"), "staging", "production");
        Whole asked = platform.asked(ALICE, run(made, ORDER).run().id());

        assertThat(states(asked))
                .containsExactly(
                        "checkout succeeded",
                        "build succeeded",
                        "test succeeded",
                        "deploy-staging succeeded",
                        "deploy-production waiting_approval");
        platform.runs.decide(CAROL, asked.run().id(), "production", true, "Looks good");
        Whole ended = platform.ended(ALICE, asked.run().id());

        assertThat(ended.run().status()).isEqualTo(Run.Status.SUCCEEDED);
        Stage production = ended.stages().get(4);
        assertThat(production.decision().by()).isEqualTo("user_carol");
        assertThat(production.decision().comment()).isEqualTo("Looks good");
        String built = ended.stages().get(1).artifact();
        assertThat(built)
                .isEqualTo(ended.run().artifact())
                .isNotEqualTo(ended.run().source());
        assertThat(ended.stages().get(3).artifact()).isEqualTo(built);
        assertThat(production.artifact()).isEqualTo(built);
        assertThat(platform.world.deployed)
                .extracting(DeployRequest::environment)
                .containsExactly("staging", "production");
        assertThat(platform.world.deployed)
                .extracting(request -> request.source().artifact())
                .containsExactly(built, built);
        assertThat(platform.world.deployed.get(0).run().secrets()).containsEntry("TOKEN", "s3cret-value");
        assertThat(platform.world.token).isEqualTo("repository-token");
        assertThat(platform.world.held).isEmpty();
        String log = platform.log.after(ALICE, ended.run().id(), 0, 500, null).lines().stream()
                .map(line -> line.stage() + " " + line.text())
                .reduce("", (all, line) -> all + line + "\n");
        assertThat(log).contains("build + [make]").contains("deploy-production Release rel-2");
    }

    @Test
    void goesNoFurtherWhenSomebodyRefuses() {
        Created made = pipeline(definition("make", "check", "true"), "staging");
        String id = platform.asked(ALICE, run(made, ORDER).run().id()).run().id();

        assertThat(refused(() -> platform.runs.decide(CAROL, id, null, false, " ")))
                .hasSize(1);
        Whole rejected = platform.runs.decide(CAROL, id, null, false, "Not on a Friday");

        assertThat(rejected.run().status()).isEqualTo(Run.Status.REJECTED);
        assertThat(states(rejected)).contains("deploy-staging rejected");
        assertThat(platform.world.deployed).isEmpty();
        assertThat(kind(() -> platform.runs.decide(CAROL, id, null, true, ""))).isEqualTo(ErrorKind.CONFLICT);
        platform.runs.again(ALICE, id, null);
        assertThat(platform.asked(ALICE, id).stages().get(3).decision()).isNull();
    }

    @Test
    void wantsSomebodyElseWhereThePipelineSaysSo() {
        PipelineDraft draft = TestPipelines.draft("staging");
        platform.world.refs.put("main", Map.of(FILE, definition("make", "check", "[]")));
        Created made = platform.pipelines.create(
                ALICE,
                new PipelineDraft(
                        draft.service(),
                        draft.repository(),
                        draft.environments(),
                        null,
                        null,
                        List.of("staging"),
                        true,
                        null,
                        null,
                        null,
                        null,
                        null,
                        draft.secrets()));
        assertThat(refused(() -> run(made, order(null, Map.of("deploy_immediately", true)))))
                .extracting(FieldError::field)
                .containsExactly("parameters.deploy_immediately");
        String id = platform.asked(ALICE, run(made, ORDER).run().id()).run().id();

        assertThat(kind(() -> platform.runs.decide(ALICE, id, null, true, ""))).isEqualTo(ErrorKind.FORBIDDEN);
        platform.runs.decide(CAROL, id, null, true, "");
        assertThat(platform.ended(ALICE, id).run().status()).isEqualTo(Run.Status.SUCCEEDED);
    }

    @Test
    void stopsBeforeAnyDeploymentWhenTestsFailAndGoesOnFromThere() {
        platform.world.refs.put(
                "main",
                Map.of(
                        FILE,
                        definition("make", "fail-tests", "[]"),
                        "r.xml",
                        "<testsuite><testcase classname=\"A\" name=\"b\"><failure message=\"was s3cret-value\"/></testcase>"
                                + "<testcase name=\"c\"/></testsuite>"));
        Created made = platform.pipelines.create(ALICE, TestPipelines.draft("staging", "production"));

        Whole failed = platform.ended(ALICE, run(made, ORDER).run().id());

        assertThat(failed.run().status()).isEqualTo(Run.Status.FAILED);
        assertThat(failed.run().error().code()).isEqualTo("TESTS_FAILED");
        assertThat(failed.run().error().message()).isEqualTo("The tests ended with exit code 3; 1 of 2 failed: A.b");
        assertThat(states(failed))
                .containsExactly(
                        "checkout succeeded",
                        "build succeeded",
                        "test failed",
                        "deploy-staging pending",
                        "deploy-production pending");
        Stage test = failed.stages().get(2);
        assertThat(test.report().failures()).isEqualTo(1);
        assertThat(test.report().cases().get(0).message()).isEqualTo("was ********");
        assertThat(platform.world.deployed).isEmpty();
        assertThat(platform.world.held).isEmpty();
        int builds = platform.world.applied.size();
        platform.runs.again(ALICE, failed.run().id(), null);
        Whole again = platform.ended(ALICE, failed.run().id());
        assertThat(again.stages().get(1).attempts()).isEqualTo(1);
        assertThat(again.stages().get(2).attempts()).isEqualTo(2);
        assertThat(platform.world.applied).hasSize(builds + 1);
        assertThat(refused(() -> platform.runs.again(ALICE, failed.run().id(), "deploy-staging")))
                .hasSize(1);

        platform.runs.again(ALICE, failed.run().id(), "build");
        Whole rebuilt = platform.ended(ALICE, failed.run().id());
        assertThat(rebuilt.stages().get(1).attempts()).isEqualTo(2);
        assertThat(rebuilt.run().artifact()).isEqualTo(failed.run().artifact());
        assertThat(platform.world.applied.get(builds + 1).properties().get("source"))
                .isEqualTo(failed.run().source());
    }

    @Test
    void doesWhatTheParametersSay() {
        Created made = pipeline(definition("make", "fail-tests", "[production]"), "dev", "staging", "production");

        Whole skipped = platform.ended(
                ALICE,
                run(made, order("staging", Map.of("skip_tests", true, "deploy_immediately", true)))
                        .run()
                        .id());
        assertThat(states(skipped))
                .containsExactly(
                        "checkout succeeded",
                        "build succeeded",
                        "test skipped",
                        "deploy-dev succeeded",
                        "deploy-staging succeeded",
                        "deploy-production skipped");
        Whole all = platform.ended(
                ALICE,
                run(made, order("production", Map.of("skip_tests", true, "deploy_immediately", true)))
                        .run()
                        .id());
        assertThat(all.stages().get(5).decision().comment()).isEqualTo("deploy_immediately");
        Whole held = platform.asked(
                ALICE,
                run(made, order("dev", Map.of("skip_tests", true, "deploy_immediately", false)))
                        .run()
                        .id());
        assertThat(states(held)).contains("deploy-dev waiting_approval");

        assertThat(refused(() -> run(
                        made,
                        new Order(
                                "a b", "moon", Map.of("skip_tests", "yes", "deploy_immediately", 1, "x", List.of())))))
                .extracting(FieldError::field)
                .containsExactlyInAnyOrder(
                        "branch",
                        "environment",
                        "parameters.skip_tests",
                        "parameters.deploy_immediately",
                        "parameters.x");
    }

    @Test
    void checksTypedParametersAgainstTheDefinition() {
        Created made = pipeline("""
                version: 1
                parameters:
                  greeting: {type: string, values: [hello, ciao]}
                  workers: {type: number, default: 2}
                stages:
                  - name: build
                    commands: [make]
                """, "staging");

        Whole failed = platform.ended(
                ALICE,
                run(made, order(null, Map.of("greeting", "bye", "colour", "red")))
                        .run()
                        .id());
        assertThat(failed.run().error().code()).isEqualTo("PIPELINE_INVALID");
        assertThat(failed.stages().get(0).error().fields())
                .extracting(FieldError::field)
                .containsExactlyInAnyOrder("parameters.greeting", "parameters.colour");
        platform.ended(
                ALICE, run(made, order(null, Map.of("greeting", "ciao"))).run().id());
        assertThat((Map<?, ?>) platform.world.applied.get(0).properties().get("env"))
                .isEqualTo(Map.of(
                        "PARAM_GREETING", "ciao",
                        "PARAM_WORKERS", "2",
                        "PIPELINE_RUN", platform.world.applied.get(0).owner(),
                        "PIPELINE_RUN_NUMBER", "2",
                        "PIPELINE_COMMIT", "c".repeat(40),
                        "PIPELINE_BRANCH", ""));
    }

    @Test
    void saysWhatIsWrongWithADefinitionBeforeAnythingIsDone() {
        Created made = pipeline("version: 1\nstages:\n  - name: build\n", "staging");
        Whole failed = platform.ended(ALICE, run(made, ORDER).run().id());
        assertThat(failed.run().error().message())
                .isEqualTo("The pipeline cannot be run; stages[0].commands are needed (line 3)");

        platform.world.refs.put("main", Map.of("README", "nothing"));
        Whole undefined = platform.ended(ALICE, run(made, ORDER).run().id());
        assertThat(undefined.run().error().code()).isEqualTo("PIPELINE_UNDEFINED");
        Whole unknown = platform.ended(
                ALICE, run(made, new Order("nowhere", null, null)).run().id());
        assertThat(unknown.run().error().code()).isEqualTo("REF_NOT_FOUND");
        assertThat(platform.world.applied).isEmpty();
    }

    /** Recognises a file and builds what it says. */
    private record Kitchen(String id, String language, String file) implements Framework {
        @Override
        public Description description() {
            return new Description(id, id, language, "1", 80, "install", List.of());
        }

        @Override
        public Set<String> files() {
            return Set.of(file);
        }

        @Override
        public Detection detect(SourceTree source) {
            return source.has(file) ? Detection.by(file) : Detection.missing(file);
        }

        @Override
        public Plan plan(SourceTree source) {
            String command = source.text(file).orElseThrow();
            List<Tool> tools = command.equals("rare") ? List.of(Tool.any("rare-tool")) : List.of();
            return new Plan(List.of(command), List.of("check"), "exec ./app", null, "/", 5, Map.of("A", "b"), tools);
        }
    }

    @Test
    void doesWhatTheFrameworkSaysWhereTheRepositorySaysNothing() {
        platform.world.frameworks.addAll(List.of(
                new Kitchen("python", "python", "app.py"),
                new Kitchen("flask", "python", "flask.txt"),
                new Kitchen("django", "python", "django.txt")));
        platform.world.refs.put("main", Map.of("app.py", "make python", "flask.txt", "make flask"));
        Created made = platform.pipelines.create(ALICE, TestPipelines.draft("staging", "production"));

        Whole ended = platform.ended(ALICE, run(made, ORDER).run().id());

        assertThat(states(ended))
                .containsExactly(
                        "checkout succeeded",
                        "build succeeded",
                        "test succeeded",
                        "deploy-staging succeeded",
                        "deploy-production succeeded");
        assertThat(ended.stages().get(1).spec().commands()).containsExactly("make flask");
        assertThat(platform.world.deployed.get(1).run().start()).isEqualTo("exec ./app");
        platform.world.refs.put("main", Map.of("django.txt", "a", "flask.txt", "b"));
        assertThat(platform.ended(ALICE, run(made, ORDER).run().id())
                        .run()
                        .error()
                        .message())
                .contains("several frameworks are recognised in it: django, flask;");
        PipelineDraft draft = TestPipelines.draft("staging");
        platform.pipelines.update(
                ALICE,
                made.pipeline().id(),
                new PipelineDraft(
                        "my-app",
                        draft.repository(),
                        draft.environments(),
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        "django",
                        null,
                        null));
        assertThat(platform.ended(ALICE, run(made, ORDER).run().id()).run().status())
                .isEqualTo(Run.Status.SUCCEEDED);
        platform.world.refs.put("main", Map.of("django.txt", "rare"));
        assertThat(platform.ended(ALICE, run(made, ORDER).run().id()).run().error())
                .isEqualTo(new Operation.Failure("TOOLS_MISSING", "rare-tool is not there", List.of()));
        platform.world.refs.put("main", Map.of("README", "a"));
        assertThat(platform.ended(ALICE, run(made, ORDER).run().id())
                        .run()
                        .error()
                        .message())
                .endsWith("django does not recognise it: django.txt");
    }

    @Test
    void goesOnAtTheFirstUnfinishedStageAfterACrash() throws InterruptedException {
        Created made = pipeline(definition("hold", "check", "[]"), "staging");
        String id = run(made, ORDER).run().id();
        assertThat(platform.world.holding.await(60, TimeUnit.SECONDS)).isTrue();

        platform.restart();
        platform.world.released.countDown();

        Whole ended = platform.ended(ALICE, id);
        assertThat(ended.run().status()).isEqualTo(Run.Status.SUCCEEDED);
        assertThat(ended.stages()).extracting(Stage::attempts).containsExactly(1, 1, 1, 1);
        assertThat(platform.world.deployed).hasSize(1);
        assertThat(platform.world.held).isEmpty();
    }

    @Test
    void comesToItsEndWhereverItsNodeIsKilled() {
        Created made = pipeline(definition("make", "check", "[]"), "staging", "production");
        int at = 1;
        boolean killed;
        do {
            platform.world.calls.set(0);
            platform.world.holdAt = at;
            platform.world.reached = new CountDownLatch(1);
            String id = run(made, ORDER).run().id();
            platform.await(
                    ALICE, id, whole -> whole.run().status().finished() || platform.world.reached.getCount() == 0);
            killed = platform.world.reached.getCount() == 0;
            if (killed) {
                platform.restart();
            }
            Whole ended = platform.ended(ALICE, id);
            assertThat(ended.run().status()).as("killed at call " + at).isEqualTo(Run.Status.SUCCEEDED);
            assertThat(platform.world.deployed).as("killed at call " + at).hasSize(2);
            assertThat(platform.world.held).as("killed at call " + at).isEmpty();
            platform.world.deployed.clear();
            at++;
        } while (killed);
        assertThat(at).as("calls at which it was killed").isGreaterThan(8);
    }

    @Test
    void keepsToWhatAnEnvironmentAllows() {
        Created made = pipeline(definition("make", "check", "[]"), "far", "full");

        Whole failed = platform.ended(ALICE, run(made, ORDER).run().id());

        assertThat(failed.run().error().code()).isEqualTo("ENVIRONMENT_LIMIT");
        assertThat(states(failed)).endsWith("deploy-far succeeded", "deploy-full failed");
        assertThat(platform.world.deployed)
                .extracting(request -> request.scale().engine())
                .containsExactly("lxd");
    }

    @Test
    void findsTheReleaseAgainWhoseAnswerWasLost() {
        Created made = pipeline(definition("make", "check", "[]"), "staging");
        platform.world.losing = true;

        Whole ended = platform.ended(ALICE, run(made, ORDER).run().id());

        assertThat(ended.run().status()).isEqualTo(Run.Status.SUCCEEDED);
        assertThat(platform.world.deployed).hasSize(1);
    }

    @Test
    void runsOneAfterTheOtherAndCancels() throws InterruptedException {
        Created made = pipeline(definition("hold", "check", "[]"), "staging");
        Whole first = run(made, ORDER);
        assertThat(platform.world.holding.await(60, TimeUnit.SECONDS)).isTrue();
        Whole second = run(made, ORDER);
        Whole third = run(made, ORDER);
        assertThat(second.run().status()).isEqualTo(Run.Status.QUEUED);
        run(made, ORDER);
        assertThat(kind(() -> run(made, ORDER))).isEqualTo(ErrorKind.CONFLICT);
        assertThat(kind(() -> platform.pipelines.delete(ALICE, made.pipeline().id())))
                .isEqualTo(ErrorKind.CONFLICT);

        assertThat(platform.runs.cancel(ALICE, third.run().id()).run().status()).isEqualTo(Run.Status.CANCELLED);
        platform.runs.cancel(ALICE, first.run().id());
        Whole cancelled = platform.ended(ALICE, first.run().id());
        assertThat(cancelled.run().status()).isEqualTo(Run.Status.CANCELLED);
        assertThat(states(cancelled)).contains("build cancelled");
        platform.world.released.countDown();
        assertThat(platform.ended(ALICE, second.run().id()).run().status()).isEqualTo(Run.Status.SUCCEEDED);
        assertThat(kind(() -> platform.runs.cancel(ALICE, second.run().id()))).isEqualTo(ErrorKind.CONFLICT);
        Whole last = platform.runs
                .list(ALICE, made.pipeline().id(), PageRequest.first(1))
                .items()
                .get(0);
        platform.ended(ALICE, last.run().id());
        platform.pipelines.delete(ALICE, made.pipeline().id());
        assertThat(kind(() -> platform.runs.whole(ALICE, first.run().id()))).isEqualTo(ErrorKind.NOT_FOUND);
    }

    @Test
    void makesRoomForTheNewestWhereThePipelineWantsThat() throws InterruptedException {
        PipelineDraft draft = TestPipelines.draft("staging");
        platform.world.refs.put("main", Map.of(FILE, definition("hold", "check", "[]")));
        Created made = platform.pipelines.create(
                ALICE,
                new PipelineDraft(
                        draft.service(),
                        draft.repository(),
                        draft.environments(),
                        null,
                        null,
                        null,
                        null,
                        true,
                        null,
                        null,
                        null,
                        null,
                        draft.secrets()));
        Whole first = run(made, ORDER);
        assertThat(platform.world.holding.await(60, TimeUnit.SECONDS)).isTrue();

        Whole second = run(made, ORDER);

        assertThat(platform.ended(ALICE, first.run().id()).run().status()).isEqualTo(Run.Status.CANCELLED);
        platform.world.released.countDown();
        assertThat(platform.ended(ALICE, second.run().id()).run().status()).isEqualTo(Run.Status.SUCCEEDED);
    }

    @Test
    void endsAsItsReleaseEnds() {
        platform.world.end = Release.Status.FAILED;
        Created made = pipeline(definition("make", "check", "[]"), "staging", "production");
        Whole failed = platform.ended(ALICE, run(made, ORDER).run().id());
        assertThat(failed.run().status()).isEqualTo(Run.Status.FAILED);
        assertThat(failed.run().error().code()).isEqualTo("RELEASE_UNHEALTHY");
        assertThat(states(failed)).endsWith("deploy-staging failed", "deploy-production pending");

        platform.world.end = Release.Status.ACTIVE;
        platform.runs.again(ALICE, failed.run().id(), null);
        Whole again = platform.ended(ALICE, failed.run().id());
        assertThat(again.run().status()).isEqualTo(Run.Status.SUCCEEDED);
        assertThat(again.stages().get(1).attempts()).isEqualTo(1);
        assertThat(Stream.of(3, 4).map(i -> again.stages().get(i).artifact()))
                .containsOnly(again.stages().get(1).artifact());

        platform.world.end = Release.Status.DEPLOYING;
        String id = run(made, ORDER).run().id();
        Whole waiting = platform.await(ALICE, id, whole -> whole.run().waitsFor() != null);
        platform.runs.cancel(ALICE, id);
        platform.world.becomes(waiting.run().waitsFor(), Release.Status.CANCELLED);
        assertThat(platform.ended(ALICE, id).run().status()).isEqualTo(Run.Status.CANCELLED);
    }

    @Test
    void startsWhatIsDueOnceHoweverMuchWasMissed() {
        platform.world.refs.put("main", Map.of(FILE, definition("hold", "check", "[]")));
        Created made = platform.pipelines.create(ALICE, scheduled("staging"));
        platform.schedules.run();
        assertThat(platform.runs
                        .list(ALICE, made.pipeline().id(), PageRequest.first(10))
                        .total())
                .isZero();
        due(made);
        platform.schedules.run();
        platform.schedules.run();
        due(made);
        platform.schedules.run();

        assertThat(platform.runs
                        .list(ALICE, made.pipeline().id(), PageRequest.first(10))
                        .items())
                .singleElement()
                .satisfies(whole -> assertThat(whole.run().cause().trigger()).isEqualTo(Run.Trigger.SCHEDULE));
    }

    @Test
    void asksWhereNobodyStartedItAndTheEnvironmentDoesNotDeployByItself() {
        platform.world.refs.put("main", Map.of(FILE, definition("make", "check", "[]")));
        Created made = platform.pipelines.create(ALICE, scheduled("staging", "asking", "production"));
        due(made);
        platform.schedules.run();
        String id = platform.runs
                .list(ALICE, made.pipeline().id(), PageRequest.first(10))
                .items()
                .get(0)
                .run()
                .id();

        Whole asked = platform.asked(ALICE, id);
        assertThat(states(asked))
                .endsWith("deploy-staging succeeded", "deploy-asking waiting_approval", "deploy-production pending");
        assertThat(asked.stages().get(4).spec().approval()).isTrue();
        assertThat(platform.world.deployed).hasSize(1);
        platform.runs.decide(CAROL, id, null, true, "");
        assertThat(states(platform.ended(ALICE, id)))
                .endsWith("deploy-asking succeeded", "deploy-production succeeded");

        Whole wanted = platform.ended(ALICE, run(made, ORDER).run().id());
        assertThat(wanted.stages()).noneMatch(stage -> stage.spec().approval());
    }

    @Test
    void endsWhereItsEnvironmentIsFrozenAndSaysSo() {
        Created made = pipeline(definition("make", "check", "[]"), "staging");
        platform.world.frozen = true;

        Whole failed = platform.ended(ALICE, run(made, ORDER).run().id());
        assertThat(failed.run().error().code()).isEqualTo("ENVIRONMENT_FROZEN");
        assertThat(failed.run().error().message()).contains("until Monday");

        platform.world.frozen = false;
        Whole again = platform.ended(
                ALICE, platform.runs.again(ALICE, failed.run().id(), null).run().id());
        assertThat(again.run().status()).isEqualTo(Run.Status.SUCCEEDED);
    }

    private static PipelineDraft scheduled(String... environments) {
        PipelineDraft draft = TestPipelines.draft(environments);
        return new PipelineDraft(
                draft.service(),
                draft.repository(),
                draft.environments(),
                null,
                null,
                null,
                null,
                null,
                "0 0 1 1 *",
                "Europe/Berlin",
                null,
                null,
                draft.secrets());
    }

    private void due(Created made) {
        platform.database.run(ALICE.tenantId(), tx -> {
            try (java.sql.PreparedStatement update =
                    tx.connection().prepareStatement("UPDATE pip_pipeline SET next_run_at = created_at WHERE id = ?")) {
                update.setString(1, made.pipeline().id());
                update.executeUpdate();
            }
        });
    }

    @Test
    void hasStepsOfExtensionsDoTheirPart() {
        platform.world.steps.add(new PipelineStep() {
            @Override
            public String name() {
                return "licences";
            }

            @Override
            public List<Problem> check(Map<String, Object> with) {
                return with.containsKey("deny") ? List.of() : List.of(new Problem("deny", "is needed"));
            }

            @Override
            public Map<String, String> run(StepRequest request, StepContext context) throws StepException {
                context.log("Looking at " + context.files() + " with s3cret-value");
                if (context.read("COPYING").isPresent()) {
                    throw new StepException("LICENCE_DENIED", "COPYING is denied", false, null);
                }
                return Map.of("files", Integer.toString(context.files().size()));
            }
        });
        String file = """
                version: 1
                stages:
                  - name: scan
                    uses: acme.scan/licences
                    with: {%s}
                """;
        Created made = pipeline(file.formatted("deny: [GPL-3.0]"), "staging");
        Whole ended = platform.ended(ALICE, run(made, ORDER).run().id());
        assertThat(ended.run().status()).isEqualTo(Run.Status.SUCCEEDED);
        List<String> log = platform.log.after(ALICE, ended.run().id(), 0, 100, "scan").lines().stream()
                .map(RunLog.Line::text)
                .toList();
        assertThat(log).contains("Looking at [.platformforge/pipeline.yaml] with ********", "files: 1");

        platform.world.refs.put("main", Map.of(FILE, file.formatted("deny: [GPL-3.0]"), "COPYING", "GPL"));
        assertThat(platform.ended(ALICE, run(made, ORDER).run().id())
                        .run()
                        .error()
                        .code())
                .isEqualTo("LICENCE_DENIED");
        platform.world.refs.put("main", Map.of(FILE, file.formatted("")));
        assertThat(platform.ended(ALICE, run(made, ORDER).run().id())
                        .run()
                        .error()
                        .message())
                .contains("stages.scan.with.deny is needed");
        platform.world.refs.put("main", Map.of(FILE, file.formatted("").replace("licences", "other")));
        assertThat(platform.ended(ALICE, run(made, ORDER).run().id())
                        .run()
                        .error()
                        .message())
                .contains("stages.scan.uses is acme.scan/other, which no installed extension has");
    }

    @Test
    void keepsSecretsSealedAndThroughAChange() {
        Created made = pipeline(definition("make", "check", "[]"), "staging");
        PipelineDraft draft = TestPipelines.draft("staging", "production");
        assertThat(made.pipeline().sealed()).doesNotContain("s3cret-value").doesNotContain("repository-token");
        assertThat(made.pipeline().hookSecret()).doesNotContain(made.secret());

        platform.pipelines.update(
                ALICE,
                made.pipeline().id(),
                new PipelineDraft(
                        "my-app",
                        draft.repository(),
                        draft.environments(),
                        "main",
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        "django",
                        null,
                        null));

        PipelineService.Shown shown =
                platform.pipelines.get(ALICE, made.pipeline().id());
        assertThat(shown.pipeline().environments()).containsExactly("staging", "production");
        assertThat(shown.secretNames()).containsExactly("TOKEN");
        assertThat(shown.hasToken()).isTrue();
        assertThat(shown.pipeline().settings().branch()).isEqualTo("main");
    }

    @Test
    void holdsTheArtifactsOfTheNewestRunsAndOfThoseOnTheirWay() {
        HeldArtifacts holder = new HeldArtifacts(platform.database, 1);
        Created made = pipeline(definition("make", "check", "true"), "staging");
        Whole waiting = platform.asked(ALICE, run(made, ORDER).run().id());
        Set<String> first = digests(waiting);
        assertThat(first).isNotEmpty();
        assertThat(holder.held("ten_a", first)).isEqualTo(first);
        assertThat(holder.held("ten_b", first)).isEmpty();
        assertThat(holder.held("ten_a", Set.of())).isEmpty();
        platform.runs.cancel(ALICE, waiting.run().id());
        platform.ended(ALICE, waiting.run().id());
        assertThat(holder.held("ten_a", first)).isEqualTo(first);

        platform.world.refs.put("main", Map.of(FILE, definition("make other", "check", "[]"), "app", "changed"));
        Whole second = platform.ended(ALICE, run(made, ORDER).run().id());

        Set<String> newest = digests(second);
        assertThat(newest).isNotEmpty().doesNotContainAnyElementsOf(first);
        Set<String> both = new HashSet<>(first);
        both.addAll(newest);
        assertThat(holder.held("ten_a", both)).isEqualTo(newest);
        assertThat(new HeldArtifacts(platform.database, 2).held("ten_a", both)).isEqualTo(both);
    }

    private static Set<String> digests(Whole whole) {
        Set<String> digests = new HashSet<>();
        digests.add(whole.run().source());
        digests.add(whole.run().artifact());
        whole.stages().forEach(stage -> digests.add(stage.artifact()));
        digests.remove(null);
        return digests;
    }
}
