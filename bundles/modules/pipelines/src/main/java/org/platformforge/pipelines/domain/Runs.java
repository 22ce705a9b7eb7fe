package org.platformforge.pipelines.domain;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.Ids;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.Operations;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.pipelines.definition.StageSpec;
import org.platformforge.pipelines.definition.StageSpec.Kind;
import org.platformforge.pipelines.domain.Run.Cause;
import org.platformforge.pipelines.domain.Run.Status;
import org.platformforge.pipelines.domain.Stage.Decision;
import org.platformforge.pipelines.store.PipelineTable;
import org.platformforge.pipelines.store.RunTable;
import org.platformforge.pipelines.store.StageTable;

/**
 * Where a run goes from where it is. Work is done by operations, each for the stages until the next deployment; while a
 * release is rolled out, somebody is asked, or another run is on its way, nothing runs and no thread waits. Every move is made
 * in a transaction that has locked the pipeline, so that none is made twice. Thread-safe.
 */
@Component(service = Runs.class)
public final class Runs {
    private final PipelineTable pipelines;
    private final RunTable runs;
    private final StageTable stages;
    private final Trail trail;
    private final Moves moves;

    @Activate
    public Runs(
            @Reference PipelineTable pipelines,
            @Reference RunTable runs,
            @Reference StageTable stages,
            @Reference Operations operations,
            @Reference Trail trail) {
        this.pipelines = pipelines;
        this.runs = runs;
        this.stages = stages;
        this.trail = trail;
        this.moves = new Moves(pipelines, runs, stages, operations, trail);
    }

    /** A run with its pipeline, which is locked. */
    record Locked(Pipeline pipeline, Run run) {}

    Optional<Locked> lock(Transaction tx, String tenantId, String runId) throws SQLException {
        Optional<Run> before = runs.find(tx, tenantId, runId);
        if (before.isEmpty()) {
            return Optional.empty();
        }
        Optional<Pipeline> pipeline = pipelines.lock(tx, tenantId, before.get().pipelineId());
        Optional<Run> run = runs.find(tx, tenantId, runId);
        return pipeline.isEmpty() || run.isEmpty()
                ? Optional.empty()
                : Optional.of(new Locked(pipeline.get(), run.get()));
    }

    /** @param queue runs that may wait */
    Run create(Transaction tx, Caller caller, Pipeline pipeline, Cause cause, int queue) throws SQLException {
        if (runs.open(tx, pipeline.tenantId(), pipeline.id()).size() > queue) {
            throw PlatformException.of(
                            ErrorKind.CONFLICT,
                            "As many runs of the pipeline wait as may; wait for some, or cancel them")
                    .withDetail("pipeline_id", pipeline.id());
        }
        int number = pipeline.lastNumber() + 1;
        pipelines.number(tx, pipeline, number);
        Run run = new Run(
                pipeline.tenantId(),
                Ids.next("run-"),
                pipeline.id(),
                number,
                Status.QUEUED,
                cause,
                null,
                null,
                null,
                null,
                List.of(),
                null,
                null,
                caller.initiator(),
                tx.now(),
                null,
                null);
        runs.insert(tx, run);
        stages.insert(tx, run.tenantId(), stage(run, 0, StageSpec.CHECKOUT, Stage.Status.PENDING));
        trail.run(tx, caller, "run", run, Map.of());
        return pipeline.activeRun() == null ? moves.launch(tx, pipeline, run) : run;
    }

    static Stage stage(Run run, int position, StageSpec spec, Stage.Status status) {
        return new Stage(
                run.id(),
                position,
                spec.name(),
                spec.kind(),
                spec.environment(),
                status,
                spec,
                Ids.next("res-"),
                0,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    static List<String> and(List<String> list, String one) {
        List<String> more = new ArrayList<>(list);
        more.add(one);
        return List.copyOf(more);
    }

    /** To the next thing to do, to the next question, or to its end. */
    Run advance(Transaction tx, Pipeline pipeline, Run run) throws SQLException {
        return moves.advance(tx, pipeline, run);
    }

    /** What is not done will not be; the next run of the pipeline begins. */
    Run end(Transaction tx, Run run, Status status, Operation.Failure error) throws SQLException {
        return moves.end(tx, run, status, error);
    }

    /** The release it waited for has come to its end. */
    void settle(Transaction tx, Locked it, Stage stage, org.platformforge.kernel.api.delivery.Release release)
            throws SQLException {
        Run run = it.run().with(change -> change.waitsFor = null);
        switch (release.status()) {
            case ACTIVE, SUPERSEDED -> {
                stages.update(tx, run.tenantId(), stage.with(change -> {
                    change.status = Stage.Status.SUCCEEDED;
                    change.artifact = release.artifact();
                    change.finishedAt = tx.now();
                }));
                advance(tx, it.pipeline(), run);
            }
            case CANCELLED -> end(tx, run, Status.CANCELLED, null);
            default -> {
                Operation.Failure error = release.error() == null
                        ? new Operation.Failure("DEPLOY_FAILED", "The release has failed", List.of())
                        : release.error();
                end(tx, run, run.cancelledBy() == null ? Status.FAILED : Status.CANCELLED, error);
            }
        }
    }

    /** @return the stage that waits for the release */
    Optional<Stage> deploying(Transaction tx, Run run, String releaseId) throws SQLException {
        return stages.of(tx, run.tenantId(), run.id()).stream()
                .filter(stage -> releaseId.equals(stage.releaseId()) && stage.status() == Stage.Status.RUNNING)
                .findFirst();
    }

    /** Somebody lets a deployment go on, or not. */
    Run decide(Transaction tx, Locked it, Stage stage, Decision decision) throws SQLException {
        if (!decision.approved()) {
            stages.update(tx, it.run().tenantId(), stage.with(change -> {
                change.status = Stage.Status.REJECTED;
                change.decision = decision;
                change.finishedAt = tx.now();
            }));
            return end(tx, it.run(), Status.REJECTED, null);
        }
        stages.update(tx, it.run().tenantId(), stage.with(change -> {
            change.status = Stage.Status.PENDING;
            change.decision = decision;
        }));
        return advance(tx, it.pipeline(), it.run());
    }

    /**
     * Once more from a stage on; what came before it is kept, the artifact among it.
     *
     * @param from position of the first stage that is done again
     */
    Run again(Transaction tx, Locked it, int from) throws SQLException {
        Run run = it.run();
        List<Stage> all = stages.of(tx, run.tenantId(), run.id());
        for (Stage stage : all) {
            if (stage.position() >= from && stage.status() != Stage.Status.SKIPPED) {
                stages.update(tx, run.tenantId(), stage.again(Stage.Status.PENDING));
            }
        }
        Run reopened = run.with(change -> {
            change.status = Status.QUEUED;
            change.artifact = built(all.subList(0, from), all, run);
            change.error = null;
            change.cancelledBy = null;
            change.finishedAt = null;
        });
        runs.update(tx, reopened);
        return it.pipeline().activeRun() == null ? moves.launch(tx, it.pipeline(), reopened) : reopened;
    }

    /** What the stages before have left to go on with; null where something is still to be built of the source. */
    private static String built(List<Stage> before, List<Stage> all, Run run) {
        String last = null;
        for (Stage stage : before) {
            last = stage.kind() == Kind.BUILD ? stage.artifact() : last;
        }
        boolean builds = all.stream().anyMatch(stage -> stage.kind() == Kind.BUILD);
        return builds ? last : run.source();
    }
}
