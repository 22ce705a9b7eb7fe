package org.platformforge.deployments.domain;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.deployments.domain.Deployment.Spec;
import org.platformforge.deployments.store.DeploymentTable;
import org.platformforge.extension.api.framework.Framework;
import org.platformforge.extension.api.framework.Framework.Detection;
import org.platformforge.extension.api.framework.Framework.Plan;
import org.platformforge.extension.api.framework.SourceTree;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.delivery.Credentials;
import org.platformforge.kernel.api.delivery.Delivery.Target;
import org.platformforge.kernel.api.delivery.DeployRequest;
import org.platformforge.kernel.api.delivery.DeployRequest.Build;
import org.platformforge.kernel.api.delivery.DeployRequest.Rollout;
import org.platformforge.kernel.api.delivery.DeployRequest.Run;
import org.platformforge.kernel.api.delivery.DeployRequest.Scale;
import org.platformforge.kernel.api.delivery.DeployRequest.Source;
import org.platformforge.kernel.api.delivery.DeployRequest.Strategy;
import org.platformforge.kernel.api.delivery.Release;
import org.platformforge.kernel.api.delivery.Sources;
import org.platformforge.kernel.api.delivery.Sources.Snapshot;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.OperationException;
import org.platformforge.kernel.api.jobs.OperationHandler;
import org.platformforge.kernel.api.jobs.StepContext;
import org.platformforge.kernel.api.security.Secrets;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;

/**
 * Makes a release of a deployment: fetches its commit, has the framework say how it is built and run, sees that the engine
 * has what that needs, and hands it to delivery. Ends with that; what becomes of the release, the {@link Reconciler} sees.
 */
@Component(service = OperationHandler.class)
public final class PrepareHandler implements OperationHandler {
    static final String KIND = "deployment.prepare";
    /** Of the input: whether code is fetched and understood anew. Otherwise the one that serves gets a configuration. */
    static final String CODE = "code";

    private static final String CHECKOUT = "checkout";
    private static final String DETECT = "detect";
    private static final String RELEASE = "release";
    private static final String BEFORE = "before";
    private static final int MOST_PATHS = 5000;

    private final Store store;
    private final DeploymentTable deployments;
    private final Chain chain;
    private final Frameworks frameworks;
    private final Toolbox toolbox;
    private final Secrets secrets;
    private final Settings settings;
    private final Trail trail;

    @Activate
    public PrepareHandler(
            @Reference Store store,
            @Reference DeploymentTable deployments,
            @Reference Chain chain,
            @Reference Frameworks frameworks,
            @Reference Toolbox toolbox,
            @Reference Secrets secrets,
            @Reference Settings settings,
            @Reference Trail trail) {
        this.store = store;
        this.deployments = deployments;
        this.chain = chain;
        this.frameworks = frameworks;
        this.toolbox = toolbox;
        this.secrets = secrets;
        this.settings = settings;
        this.trail = trail;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public List<StepDefinition> plan(Map<String, Object> input) {
        List<StepDefinition> steps = new ArrayList<>();
        if (Boolean.TRUE.equals(input.get(CODE))) {
            steps.add(new StepDefinition(CHECKOUT, "Fetch the repository"));
            steps.add(new StepDefinition(DETECT, "Look how it is built and run"));
        }
        steps.add(new StepDefinition(RELEASE, "Begin the release"));
        return steps;
    }

    @Override
    public Map<String, Object> execute(String step, StepContext context)
            throws OperationException, InterruptedException {
        Deployment deployment = find(context);
        if (deployment.wanted() != Status.RUNNING) {
            throw OperationException.fatal("CANCELLED", "The deployment is not wanted any more", null);
        }
        try {
            return switch (step) {
                case CHECKOUT -> checkout(deployment, context);
                case DETECT -> detect(deployment, context);
                default -> release(deployment, context);
            };
        } catch (PlatformException e) {
            throw failure(e);
        }
    }

    private Deployment find(StepContext context) {
        String tenantId = context.operation().tenantId();
        return store.call(
                        tenantId,
                        tx -> deployments.find(tx, tenantId, context.operation().target()))
                .orElseThrow();
    }

    private static OperationException failure(PlatformException e) {
        boolean later = e.kind() == ErrorKind.UNAVAILABLE;
        String code = e.code().orElse(e.kind().name());
        String message = e.getMessage();
        for (FieldError field : e.fields()) {
            message += "; " + field.field() + " " + field.message();
        }
        return later
                ? OperationException.transientFailure(
                        code, message, e.retryAfter().orElse(Duration.ZERO), e)
                : OperationException.fatal(code, message, e);
    }

    private Credentials credentials(Deployment deployment) {
        return Credentials.open(secrets, LogKeeper.PURPOSE, deployment.id(), deployment.sealed());
    }

    private Map<String, Object> checkout(Deployment deployment, StepContext context)
            throws OperationException, InterruptedException {
        Spec spec = deployment.spec();
        Snapshot fetched = chain.sources()
                .snapshot(
                        deployment.tenantId(),
                        spec.repository(),
                        spec.ref(),
                        credentials(deployment).token());
        context.log("Fetched commit " + fetched.commit() + " of " + spec.repository() + ", " + fetched.size()
                + " bytes, " + fetched.artifact());
        return Map.of("commit", fetched.commit(), "artifact", fetched.artifact(), "size", fetched.size());
    }

    private static Snapshot fetched(StepContext context) {
        Map<String, Object> checkpoint = context.checkpointOf(CHECKOUT).orElseThrow();
        return new Snapshot(
                (String) checkpoint.get("commit"),
                (String) checkpoint.get("artifact"),
                ((Number) checkpoint.get("size")).longValue());
    }

    private Map<String, Object> detect(Deployment deployment, StepContext context)
            throws OperationException, InterruptedException {
        Spec spec = deployment.spec();
        Framework framework = frameworks
                .find(deployment.tenantId(), spec.framework())
                .orElseThrow(() -> OperationException.fatal(
                        "FRAMEWORK_MISSING", "The framework " + spec.framework() + " is not there any more", null));
        SourceTree source = source(deployment.tenantId(), fetched(context).artifact(), framework);
        String name = framework.description().name();
        Detection detection = framework.detect(source);
        if (!detection.recognized()) {
            throw OperationException.fatal(
                    "FRAMEWORK_NOT_RECOGNIZED",
                    "The repository is no " + name + " application: " + detection.reason(),
                    null);
        }
        context.log(name + " recognised by " + detection.reason());
        Plan plan = plan(framework, source);
        List<String> missing = toolbox.missing(deployment.tenantId(), spec.machine(), spec.framework(), plan.tools());
        if (!missing.isEmpty()) {
            throw OperationException.fatal(
                    "TOOLCHAIN_MISSING", "The engine cannot build it: " + String.join("; ", missing), null);
        }
        plan.build().forEach(command -> context.log("Build: " + command));
        context.log(plan.start() == null ? "Serves: " + plan.staticDirectory() : "Start: " + plan.start());
        store.run(deployment.tenantId(), tx -> deployments.planned(tx, deployment, plan.env()));
        return Map.of("build", plan.build(), "env", plan.env(), "run", run(plan));
    }

    private static Plan plan(Framework framework, SourceTree source) throws OperationException {
        try {
            return framework.plan(source);
        } catch (IllegalArgumentException e) {
            throw OperationException.fatal("FRAMEWORK_NOT_RECOGNIZED", "It cannot be built: " + e.getMessage(), e);
        }
    }

    private SourceTree source(String tenantId, String artifact, Framework framework)
            throws OperationException, InterruptedException {
        Sources sources = chain.sources();
        List<String> paths = sources.list(tenantId, artifact);
        Map<String, String> contents = new TreeMap<>();
        sources.read(tenantId, artifact, framework.files())
                .forEach((path, content) -> contents.put(path, new String(content, StandardCharsets.UTF_8)));
        // the root first: a large repository is cut off, and what is decided by lies near the top
        List<String> near = paths.stream()
                .sorted(Comparator.comparingLong((String path) ->
                                path.chars().filter(c -> c == '/').count())
                        .thenComparing(path -> path))
                .limit(MOST_PATHS)
                .toList();
        return new SourceTree(near, contents);
    }

    private static Map<String, Object> run(Plan plan) {
        Map<String, Object> run = new LinkedHashMap<>();
        run.put("start", plan.start());
        run.put("static_directory", plan.staticDirectory());
        run.put("probe_path", plan.probePath());
        run.put("start_timeout_seconds", plan.startTimeoutSeconds());
        return run;
    }

    /** A release that an earlier attempt has begun is found again: nobody else begins one in between. */
    private Map<String, Object> release(Deployment deployment, StepContext context) {
        String before = (String) context.checkpoint().get(BEFORE);
        Optional<Release> newest = chain.newest(deployment);
        if (before == null) {
            before = newest.map(Release::id).orElse("none");
            context.checkpoint(Map.of(BEFORE, before));
        } else if (newest.isPresent() && !newest.get().id().equals(before)) {
            return begun(deployment, context, newest.get());
        }
        return begun(
                deployment,
                context,
                chain.delivery().deploy(trail.acting(context.operation()), request(deployment, context)));
    }

    private static Map<String, Object> begun(Deployment deployment, StepContext context, Release release) {
        context.log("Release v" + release.number() + " of " + deployment.spec().name() + " begins");
        return Map.of("release_id", release.id(), BEFORE, release.id());
    }

    private DeployRequest request(Deployment deployment, StepContext context) {
        Spec spec = deployment.spec();
        Credentials hidden = credentials(deployment);
        boolean code = Boolean.TRUE.equals(context.operation().input().get(CODE));
        Release serving = code ? null : serving(deployment);
        Map<String, Object> plan = code ? context.checkpointOf(DETECT).orElseThrow() : planOf(spec, serving);
        Map<String, String> env = texts(plan.get("env"));
        Source source = code
                ? new Source(spec.repository(), spec.ref(), hidden.token(), null, fetched(context))
                : new Source(serving.repository(), serving.ref(), hidden.token(), serving.artifact());
        Map<String, String> buildEnv = new TreeMap<>(env);
        buildEnv.putAll(spec.buildEnv());
        Map<String, String> runEnv = new TreeMap<>(env);
        runEnv.putAll(spec.runEnv());
        Map<?, ?> run = (Map<?, ?>) plan.get("run");
        return new DeployRequest(
                deployment.service(),
                Deployment.ENVIRONMENT,
                code ? spec.ref() : serving.version(),
                source,
                new Build(texts((List<?>) plan.get("build")), buildEnv, null, hidden.buildVariables()),
                new Run(
                        (String) run.get("start"),
                        (String) run.get("static_directory"),
                        Objects.requireNonNullElse(spec.probePath(), (String) run.get("probe_path")),
                        run.get("start_timeout_seconds") instanceof Number seconds ? seconds.intValue() : null,
                        runEnv,
                        hidden.variables()),
                new Scale(
                        1,
                        Integer.toString(spec.cores()),
                        spec.memory() + "Mi",
                        settings.engine(spec.machine()),
                        spec.machine().engineWord(),
                        spec.disk() + "Gi",
                        spec.framework()),
                new Rollout(Strategy.ROLLING, 1, Math.max(0, settings.now().observe_seconds())));
    }

    private Release serving(Deployment deployment) {
        return chain.delivery()
                .target(deployment.tenantId(), deployment.service(), Deployment.ENVIRONMENT)
                .map(Target::current)
                .orElseThrow(() -> PlatformException.of(
                        ErrorKind.CONFLICT, "Nothing serves that could get another configuration"));
    }

    /** What was said when its code was deployed. */
    private static Map<String, Object> planOf(Spec spec, Release serving) {
        Map<String, Object> run = new LinkedHashMap<>();
        run.put("start", serving.run().start());
        run.put("static_directory", serving.run().staticDirectory());
        run.put("probe_path", serving.run().probePath());
        run.put("start_timeout_seconds", serving.run().startTimeoutSeconds());
        Map<String, Object> plan = new LinkedHashMap<>();
        plan.put("run", run);
        plan.put("build", serving.build().commands());
        plan.put("env", spec.planEnv());
        return plan;
    }

    private static Map<String, String> texts(Object map) {
        Map<String, String> texts = new TreeMap<>();
        ((Map<?, ?>) map).forEach((name, value) -> texts.put(name.toString(), value.toString()));
        return texts;
    }

    private static List<String> texts(List<?> list) {
        return list.stream().map(Object::toString).toList();
    }

    @Override
    public void compensate(String step, StepContext context) {
        // what was fetched harms nobody, and the release is delivery's from the moment it is begun
    }

    @Override
    public void finished(Transaction tx, Operation operation) {
        // the reconciler looks at its end
    }
}
