package org.platformforge.pipelines.domain;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.Operations;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.pipelines.definition.StageSpec.Kind;
import org.platformforge.pipelines.domain.Run.Status;
import org.platformforge.pipelines.domain.Stage.Decision;
import org.platformforge.pipelines.store.PipelineTable;
import org.platformforge.pipelines.store.RunTable;
import org.platformforge.pipelines.store.StageTable;

/**
 * Brings a run to the next thing to do: submits the work, asks somebody, or ends it and lets the next run begin. Always in a
 * transaction that has locked the pipeline. Thread-safe.
 */
final class Moves {
    private final PipelineTable pipelines;
    private final RunTable runs;
    private final StageTable stages;
    private final Operations operations;
    private final Trail trail;

    Moves(PipelineTable pipelines, RunTable runs, StageTable stages, Operations operations, Trail trail) {
        this.pipelines = pipelines;
        this.runs = runs;
        this.stages = stages;
        this.operations = operations;
        this.trail = trail;
    }

    /** It is the pipeline's one run from now on. */
    Run launch(Transaction tx, Pipeline pipeline, Run run) throws SQLException {
        pipelines.active(tx, run.tenantId(), pipeline.id(), run.id());
        Run begun = run.with(change -> {
            change.status = Status.RUNNING;
            change.startedAt = run.startedAt() == null ? tx.now() : run.startedAt();
        });
        trail.event(tx, "run_started", begun, Map.of());
        return advance(tx, pipeline, begun);
    }

    /** To the next thing to do, to the next question, or to its end. */
    Run advance(Transaction tx, Pipeline pipeline, Run run) throws SQLException {
        if (run.cancelledBy() != null) {
            return end(tx, run, Status.CANCELLED, null);
        }
        List<Stage> all = stages.of(tx, run.tenantId(), run.id());
        Stage next = all.stream()
                .filter(stage -> !stage.status().passed())
                .findFirst()
                .orElse(null);
        if (next == null) {
            return end(tx, run, Status.SUCCEEDED, null);
        }
        if (next.kind() == Kind.DEPLOY && !next.approved()) {
            if (hasGate(pipeline, run, next, all)) {
                return ask(tx, run, next);
            }
            if (next.spec().approval() || pipeline.settings().approvals().contains(next.environment())) {
                Decision own = new Decision(true, run.createdBy(), "deploy_immediately", tx.now());
                stages.update(tx, run.tenantId(), next.with(change -> change.decision = own));
            }
        }
        return submit(tx, pipeline, run, segment(all, next));
    }

    private static boolean hasGate(Pipeline pipeline, Run run, Stage stage, List<Stage> all) {
        boolean first = all.stream()
                .filter(one -> one.kind() == Kind.DEPLOY)
                .noneMatch(one -> one.status() == Stage.Status.SUCCEEDED);
        return switch (run.cause().deploy()) {
            case IMMEDIATELY -> false;
            case AFTER_APPROVAL ->
                first
                        || stage.spec().approval()
                        || pipeline.settings().approvals().contains(stage.environment());
            case AS_DEFINED ->
                stage.spec().approval() || pipeline.settings().approvals().contains(stage.environment());
        };
    }

    private Run ask(Transaction tx, Run run, Stage stage) throws SQLException {
        stages.update(tx, run.tenantId(), stage.with(change -> change.status = Stage.Status.WAITING_APPROVAL));
        Run waiting = run.with(change -> change.status = Status.WAITING_APPROVAL);
        runs.update(tx, waiting);
        trail.event(
                tx, "approval_requested", waiting, Map.of("stage", stage.name(), "environment", stage.environment()));
        return waiting;
    }

    /** A deployment alone, or everything until the next one. */
    private static List<Stage> segment(List<Stage> all, Stage next) {
        if (next.kind() == Kind.DEPLOY || next.kind() == Kind.CHECKOUT) {
            return List.of(next);
        }
        List<Stage> segment = new ArrayList<>();
        for (Stage stage : all.subList(next.position(), all.size())) {
            if (stage.kind() == Kind.DEPLOY) {
                break;
            }
            if (!stage.status().passed()) {
                segment.add(stage);
            }
        }
        return segment;
    }

    private Run submit(Transaction tx, Pipeline pipeline, Run run, List<Stage> segment) throws SQLException {
        Map<String, Object> input = new LinkedHashMap<>();
        input.put("run", run.id());
        input.put("pipeline", pipeline.id());
        input.put("service", pipeline.service());
        input.put("stages", segment.stream().map(Stage::name).toList());
        Operation operation = operations.submit(tx, trail.acting(run), RunHandler.KIND, run.id(), input);
        Run running = run.with(change -> {
            change.status = Status.RUNNING;
            change.operations = Runs.and(run.operations(), operation.id());
        });
        runs.update(tx, running);
        return running;
    }

    /** What is not done will not be; the next run of the pipeline begins. */
    Run end(Transaction tx, Run run, Status status, Operation.Failure error) throws SQLException {
        for (Stage stage : stages.of(tx, run.tenantId(), run.id())) {
            if (stage.status() == Stage.Status.RUNNING || stage.status() == Stage.Status.WAITING_APPROVAL) {
                Stage.Status how = status == Status.FAILED ? Stage.Status.FAILED : Stage.Status.CANCELLED;
                stages.update(
                        tx,
                        run.tenantId(),
                        stage.ended(how, stage.error() == null && status == Status.FAILED ? error : null, tx.now()));
            }
        }
        Run ended = run.with(change -> {
            change.status = status;
            change.error = error;
            change.waitsFor = null;
            change.finishedAt = tx.now();
        });
        runs.update(tx, ended);
        trail.ended(tx, ended);
        Pipeline pipeline = pipelines.lock(tx, run.tenantId(), run.pipelineId()).orElseThrow();
        if (run.id().equals(pipeline.activeRun())) {
            pipelines.active(tx, run.tenantId(), pipeline.id(), null);
            Optional<Run> queued = runs.open(tx, run.tenantId(), pipeline.id()).stream()
                    .filter(one -> one.status() == Status.QUEUED)
                    .findFirst();
            if (queued.isPresent()) {
                launch(tx, pipeline, queued.get());
            }
        }
        return ended;
    }
}
