package org.platformforge.delivery.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.delivery.domain.CanaryRules.Judgement;
import org.platformforge.delivery.store.CanaryRow;
import org.platformforge.delivery.store.CanaryTable;
import org.platformforge.delivery.store.ReleaseRow;
import org.platformforge.delivery.store.TargetRow;
import org.platformforge.kernel.api.delivery.AnswerCounts;
import org.platformforge.kernel.api.delivery.AnswerCounts.Count;
import org.platformforge.kernel.api.delivery.CanaryStage;
import org.platformforge.kernel.api.delivery.CanaryStage.Verdict;
import org.platformforge.kernel.api.delivery.DeployRequest.Analysis;
import org.platformforge.kernel.api.jobs.OperationException;
import org.platformforge.kernel.api.jobs.StepContext;
import org.platformforge.kernel.api.store.Store;

/**
 * Gives a new version a share of the traffic and judges it by its answers. When a stage began, and with which counts, is kept:
 * after a crash it is judged on, as if nothing had been. Thread-safe.
 */
@Component(service = Canary.class)
public final class Canary {
    private static final long LOOK_MILLIS = 500;

    private final Store store;
    private final CanaryTable stages;
    private final Engines engines;
    private final Traffic traffic;

    @Activate
    public Canary(
            @Reference Store store,
            @Reference CanaryTable stages,
            @Reference Engines engines,
            @Reference Traffic traffic) {
        this.store = store;
        this.stages = stages;
        this.engines = engines;
        this.traffic = traffic;
    }

    /** In order. */
    List<CanaryStage> of(String tenantId, String releaseId) {
        return store.call(tenantId, tx -> stages.of(tx, tenantId, releaseId)).stream()
                .map(CanaryRow::stage)
                .toList();
    }

    /** Returns when the new version has its share, from which on it is measured. @param number of the stage, from 1 */
    Map<String, Object> weigh(StepContext context, TargetRow target, ReleaseRow row, int number)
            throws OperationException, InterruptedException {
        int weight = row.release().rollout().analysis().weights().get(number - 1);
        List<String> old = traffic.serving(target);
        String canary = row.instances().get(0);
        traffic.give(context, target, RolloutPlan.weighed(weight, canary, old));
        AnswerCounts answers = engines.answers();
        Count first = sum(answers, target.tenantId(), List.of(canary));
        Count stable = sum(answers, target.tenantId(), old);
        store.run(target.tenantId(), tx -> {
            Instant now = tx.now();
            CanaryStage stage = new CanaryStage(number, weight, now, now, Count.NONE, Count.NONE, Verdict.WATCHED, "");
            stages.begin(tx, target.tenantId(), row.release().id(), new CanaryRow(stage, first, stable));
        });
        return Map.of("weight", weight);
    }

    /** Returns when the new version has proved itself at this weight. @throws OperationException when it is withdrawn */
    Map<String, Object> analyse(StepContext context, TargetRow target, ReleaseRow row, int number)
            throws OperationException, InterruptedException {
        String tenantId = target.tenantId();
        String canary = row.instances().get(0);
        CanaryRow begun = store
                .call(tenantId, tx -> stages.of(tx, tenantId, row.release().id()))
                .stream()
                .filter(one -> one.stage().number() == number)
                .findFirst()
                .orElseThrow(() ->
                        OperationException.fatal("CANARY_UNDECIDED", "The canary was given no traffic before", null));
        List<String> old = traffic.serving(target);
        Looks looks = new Looks();
        while (true) {
            if (context.cancelRequested()) {
                throw OperationException.fatal("CANCELLED", "Cancelled while the canary was judged", null);
            }
            if (!looks.allWell(engines.resources(), tenantId, List.of(canary))) {
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
                continue; // it is not judged by answers that do not come
            }
            CanaryStage now = measure(target, row, begun, canary, old);
            if (now.verdict() == Verdict.PROMOTED) {
                context.log("At " + now.weight() + " %: " + now.reason());
                return Map.of(
                        "requests",
                        now.canary().requests(),
                        "errors",
                        now.canary().errors());
            }
            if (now.verdict() == Verdict.WITHDRAWN) {
                boolean undecided = now.canary().requests()
                        < row.release().rollout().analysis().minRequests();
                throw OperationException.fatal(
                        undecided ? "CANARY_UNDECIDED" : "CANARY_FAILED",
                        "The canary is withdrawn at " + now.weight() + " % of the traffic. " + now.reason(),
                        null);
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }

    private CanaryStage measure(TargetRow target, ReleaseRow row, CanaryRow begun, String canary, List<String> old)
            throws OperationException {
        String tenantId = target.tenantId();
        Analysis analysis = row.release().rollout().analysis();
        AnswerCounts answers = engines.answers();
        Count fresh = sum(answers, tenantId, List.of(canary)).since(begun.canaryStart());
        Count stable = sum(answers, tenantId, old).since(begun.stableStart());
        return store.call(tenantId, tx -> {
            CanaryStage stage = begun.stage();
            Judgement judgement =
                    CanaryRules.judge(analysis, fresh, stable, Duration.between(stage.startedAt(), tx.now()));
            CanaryStage now = new CanaryStage(
                    stage.number(),
                    stage.weight(),
                    stage.startedAt(),
                    tx.now(),
                    fresh,
                    stable,
                    judgement.verdict(),
                    judgement.reason());
            stages.measured(tx, tenantId, row.release().id(), now);
            return now;
        });
    }

    private static Count sum(AnswerCounts answers, String tenantId, List<String> backends) {
        return answers.of(tenantId, backends).values().stream().reduce(Count.NONE, Count::plus);
    }
}
