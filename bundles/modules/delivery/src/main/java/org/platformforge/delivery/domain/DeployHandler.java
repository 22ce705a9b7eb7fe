package org.platformforge.delivery.domain;

import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.delivery.store.ReleaseRow;
import org.platformforge.delivery.store.ReleaseTable;
import org.platformforge.delivery.store.TargetRow;
import org.platformforge.delivery.store.TargetTable;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.delivery.Credentials;
import org.platformforge.kernel.api.delivery.DeployRequest.Rollout;
import org.platformforge.kernel.api.delivery.DeployRequest.Strategy;
import org.platformforge.kernel.api.delivery.Release;
import org.platformforge.kernel.api.delivery.Release.Status;
import org.platformforge.kernel.api.delivery.Resources;
import org.platformforge.kernel.api.delivery.Sources.Snapshot;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.OperationException;
import org.platformforge.kernel.api.jobs.OperationHandler;
import org.platformforge.kernel.api.jobs.Operations;
import org.platformforge.kernel.api.jobs.StepContext;
import org.platformforge.kernel.api.security.Secrets;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;

/**
 * Rolls a release out. What serves goes on running until the operation is completed: in the same transaction the new
 * release becomes the one that serves, and only then the old instances are given up. Undone in reverse: first all traffic
 * goes back to the old ones, then what this run made is removed.
 */
@Component(service = OperationHandler.class)
public final class DeployHandler implements OperationHandler {
    static final String KIND = "delivery.deploy";

    private static final long LOOK_MILLIS = 250;

    private final Store store;
    private final TargetTable targets;
    private final ReleaseTable releases;
    private final Engines engines;
    private final Traffic traffic;
    private final Canary canary;
    private final Secrets secrets;
    private final Operations operations;
    private final Trail trail;

    private record Case(String tenantId, TargetRow target, ReleaseRow row) {
        Release release() {
            return row.release();
        }
    }

    @Activate
    public DeployHandler(
            @Reference Store store,
            @Reference TargetTable targets,
            @Reference ReleaseTable releases,
            @Reference Engines engines,
            @Reference Traffic traffic,
            @Reference Canary canary,
            @Reference Secrets secrets,
            @Reference Operations operations,
            @Reference Trail trail) {
        this.store = store;
        this.targets = targets;
        this.releases = releases;
        this.engines = engines;
        this.traffic = traffic;
        this.canary = canary;
        this.secrets = secrets;
        this.operations = operations;
        this.trail = trail;
    }

    /** @param fetched whether its commit was fetched before */
    static Map<String, Object> input(Release release, boolean fetched) {
        Map<String, Object> input = new LinkedHashMap<>();
        input.put("service", release.service());
        input.put("environment", release.environment());
        input.put("version", release.version());
        input.put("checkout", release.artifact() == null && !fetched);
        input.put(
                "build",
                release.artifact() == null && !release.build().commands().isEmpty());
        input.put("strategy", release.rollout().strategy().name());
        input.put("replicas", release.scale().replicas());
        if (release.rollout().analysis() != null) {
            input.put("weights", release.rollout().analysis().weights());
        }
        return input;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public List<StepDefinition> plan(Map<String, Object> input) {
        return RolloutPlan.steps(
                (Boolean) input.get("checkout"),
                (Boolean) input.get("build"),
                Strategy.valueOf((String) input.get("strategy")),
                ((Number) input.get("replicas")).intValue(),
                weights(input));
    }

    private static List<Integer> weights(Map<String, Object> input) {
        List<?> weights = (List<?>) input.getOrDefault("weights", List.of());
        return weights.stream().map(weight -> ((Number) weight).intValue()).toList();
    }

    @Override
    public Map<String, Object> execute(String step, StepContext context)
            throws OperationException, InterruptedException {
        try {
            boolean building = step.equals(RolloutPlan.CHECKOUT) || step.equals(RolloutPlan.BUILD);
            Case it = begin(context, building ? Status.BUILDING : Status.DEPLOYING);
            if (step.equals(RolloutPlan.CHECKOUT)) {
                return checkout(it, context);
            }
            if (step.equals(RolloutPlan.BUILD)) {
                return build(it, context);
            }
            int number = number(step);
            if (step.startsWith(RolloutPlan.START)) {
                return start(it, number, context);
            }
            if (step.startsWith(RolloutPlan.WEIGH)) {
                return canary.weigh(context, it.target(), it.row(), number);
            }
            if (step.startsWith(RolloutPlan.ANALYSE)) {
                return canary.analyse(context, it.target(), it.row(), number);
            }
            return step.startsWith(RolloutPlan.SHIFT) ? shift(it, number, context) : watch(it, number, context);
        } catch (PlatformException e) {
            throw StepFailures.of(e);
        }
    }

    private static int number(String step) {
        return Integer.parseInt(step.substring(step.indexOf('-') + 1));
    }

    /** A run that was failed and is retried has given its lock back. */
    private Case begin(StepContext context, Status status) throws OperationException {
        String tenantId = context.operation().tenantId();
        String id = context.operation().target();
        boolean[] claimed = {false};
        Case it = store.call(tenantId, tx -> {
            Case found = find(tx, tenantId, id);
            claimed[0] = targets.claim(tx, found.target(), id);
            if (claimed[0]) {
                releases.become(tx, tenantId, id, status);
            }
            return found;
        });
        if (!claimed[0]) {
            throw OperationException.fatal(
                    "RELEASE_CONFLICT", "Another release of the service is being rolled out there", null);
        }
        if (!it.release().status().running() && it.release().rollbackOf() == null) {
            Freezes.checkAgain(
                    it.release().environment(),
                    engines.frozen(tenantId, it.release().environment()));
        }
        return it;
    }

    private Case find(Transaction tx, String tenantId, String id) throws SQLException {
        ReleaseRow row = releases.find(tx, tenantId, id).orElseThrow();
        Release release = row.release();
        TargetRow target = targets.find(tx, tenantId, release.service(), release.environment())
                .orElseThrow();
        return new Case(tenantId, target, row);
    }

    private Credentials credentials(Case it) {
        return Credentials.open(
                secrets, ReleaseService.PURPOSE, it.release().id(), it.row().sealed());
    }

    private Map<String, Object> checkout(Case it, StepContext context) throws OperationException, InterruptedException {
        Release release = it.release();
        Snapshot fetched = engines.sources()
                .snapshot(
                        it.tenantId(),
                        release.repository(),
                        release.ref(),
                        credentials(it).token());
        context.log("Fetched commit " + fetched.commit() + ", " + fetched.size() + " bytes, " + fetched.artifact());
        store.run(it.tenantId(), tx -> {
            releases.fetched(tx, it.tenantId(), release.id(), fetched.commit(), fetched.artifact());
            if (release.build().commands().isEmpty()) {
                releases.built(tx, it.tenantId(), release.id(), fetched.artifact());
            }
        });
        return Map.of("commit", fetched.commit(), "source", fetched.artifact());
    }

    private Map<String, Object> build(Case it, StepContext context) throws OperationException, InterruptedException {
        Resources resources = engines.resources();
        String artifact = it.release().artifact();
        if (artifact == null) {
            String built = resources
                    .apply(context, Wishes.build(it.row(), credentials(it).buildVariables()))
                    .get("artifact");
            store.run(
                    it.tenantId(),
                    tx -> releases.built(tx, it.tenantId(), it.release().id(), built));
            artifact = built;
        }
        resources.remove(context, it.row().buildId());
        return Map.of("artifact", artifact);
    }

    private Map<String, Object> start(Case it, int number, StepContext context)
            throws OperationException, InterruptedException {
        Map<String, String> outputs = engines.resources()
                .apply(
                        context,
                        Wishes.instance(it.row(), number, credentials(it).variables()));
        return Map.of("resource_id", it.row().instances().get(number - 1), "outputs", outputs);
    }

    private Map<String, Object> shift(Case it, int number, StepContext context)
            throws OperationException, InterruptedException {
        Rollout rollout = it.release().rollout();
        traffic.give(
                context,
                it.target(),
                RolloutPlan.shares(
                        rollout.strategy(),
                        rollout.canaryPercent(),
                        it.row().instances(),
                        traffic.serving(it.target()),
                        number));
        return Map.of();
    }

    /** The last look is a good one, however short the watch is. */
    private Map<String, Object> watch(Case it, int number, StepContext context)
            throws OperationException, InterruptedException {
        Resources resources = engines.resources();
        int seconds = it.release().rollout().observeSeconds();
        List<String> watched = it.row().instances().subList(0, number);
        Looks looks = new Looks();
        boolean well;
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        do {
            if (context.cancelRequested()) {
                throw OperationException.fatal("CANCELLED", "Cancelled while the new instances were watched", null);
            }
            well = looks.allWell(resources, it.tenantId(), watched);
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        } while (!well || System.nanoTime() < end);
        context.log(number + " new instances ran for " + seconds + " s under traffic");
        return Map.of();
    }

    @Override
    public void compensate(String step, StepContext context) throws OperationException, InterruptedException {
        String tenantId = context.operation().tenantId();
        try {
            Case it = store.call(
                    tenantId, tx -> find(tx, tenantId, context.operation().target()));
            if (givesTraffic(step)) {
                traffic.restore(context, it.target());
            } else if (step.startsWith(RolloutPlan.START)) {
                // an instance that might still get traffic is kept until it gets none
                if (gaveTraffic(context.operation())) {
                    traffic.restore(context, it.target());
                }
                engines.resources().remove(context, it.row().instances().get(number(step) - 1));
            } else if (step.equals(RolloutPlan.BUILD)) {
                engines.resources().remove(context, it.row().buildId());
            }
        } catch (PlatformException e) {
            throw StepFailures.of(e);
        }
    }

    /** Whether a shift was begun that is not undone. */
    private static boolean gaveTraffic(Operation operation) {
        return operation.steps().stream()
                .filter(step -> givesTraffic(step.name()) && step.attempts() > 0)
                .anyMatch(step -> step.status() != Operation.StepStatus.COMPENSATED);
    }

    private static boolean givesTraffic(String step) {
        return step.startsWith(RolloutPlan.SHIFT) || step.startsWith(RolloutPlan.WEIGH);
    }

    @Override
    public void finished(Transaction tx, Operation operation) throws SQLException {
        String tenantId = operation.tenantId();
        Case it = find(tx, tenantId, operation.target());
        Release release = it.release();
        if (operation.status() == Operation.Status.COMPLETED) {
            String before = it.target().current();
            targets.end(tx, it.target(), release.id(), release.id());
            releases.end(tx, tenantId, release.id(), Status.ACTIVE, null);
            trail.ended(tx, release, Status.ACTIVE, null);
            if (before != null && !before.equals(release.id())) {
                supersede(tx, tenantId, before);
            }
            return;
        }
        boolean cancelled = operation.status() == Operation.Status.CANCELLED;
        Operation.Failure error = cancelled ? null : operation.error();
        Status status = cancelled ? Status.CANCELLED : Status.FAILED;
        targets.end(tx, it.target(), release.id(), it.target().current());
        releases.end(tx, tenantId, release.id(), status, error);
        trail.ended(tx, release, status, error);
    }

    private void supersede(Transaction tx, String tenantId, String before) throws SQLException {
        releases.end(tx, tenantId, before, Status.SUPERSEDED, null);
        operations.submit(
                tx,
                trail.system(tenantId),
                RetireHandler.KIND,
                before,
                RetireHandler.input(releases.find(tx, tenantId, before).orElseThrow()));
    }
}
