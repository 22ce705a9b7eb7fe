package org.platformforge.pipelines.domain;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.OperationException;
import org.platformforge.kernel.api.jobs.OperationHandler;
import org.platformforge.kernel.api.jobs.StepContext;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.pipelines.definition.StageSpec.Kind;
import org.platformforge.pipelines.domain.Runs.Locked;
import org.platformforge.pipelines.store.PipelineTable;
import org.platformforge.pipelines.store.RunTable;
import org.platformforge.pipelines.store.StageTable;

/** Does stages of a run, one step each. What a step has done is in the run's own rows; the next operation goes on from there. */
@Component(service = OperationHandler.class)
public final class RunHandler implements OperationHandler {
    static final String KIND = "pipeline.run";

    private final Store store;
    private final PipelineTable pipelines;
    private final RunTable runs;
    private final StageTable stages;
    private final Runs moves;
    private final Checkout checkout;
    private final Builds builds;
    private final Steps steps;
    private final Deployments deployments;

    /** What a step works on, as it was when the step was begun. */
    record Work(Pipeline pipeline, Run run, Stage stage) {
        String tenantId() {
            return run.tenantId();
        }
    }

    @Activate
    public RunHandler(
            @Reference Store store,
            @Reference PipelineTable pipelines,
            @Reference RunTable runs,
            @Reference StageTable stages,
            @Reference Runs moves,
            @Reference Checkout checkout,
            @Reference Builds builds,
            @Reference Steps steps,
            @Reference Deployments deployments) {
        this.store = store;
        this.pipelines = pipelines;
        this.runs = runs;
        this.stages = stages;
        this.moves = moves;
        this.checkout = checkout;
        this.builds = builds;
        this.steps = steps;
        this.deployments = deployments;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public List<StepDefinition> plan(Map<String, Object> input) {
        List<StepDefinition> plan = new ArrayList<>();
        ((List<?>) input.get("stages")).forEach(name -> plan.add(new StepDefinition(name.toString(), name.toString())));
        return plan;
    }

    @Override
    public Map<String, Object> execute(String step, StepContext context)
            throws OperationException, InterruptedException {
        try {
            Work work = begin(step, context);
            if (work.stage().status().passed()) {
                // what it was done with may not be gone yet
                tidy(work.stage(), context);
                return Map.of();
            }
            switch (work.stage().kind()) {
                case CHECKOUT -> checkout.run(work, context);
                case BUILD -> builds.build(work, context);
                case TEST -> builds.test(work, context);
                case STEP -> steps.run(work, context);
                case DEPLOY -> deployments.begin(work, context);
            }
            return Map.of();
        } catch (PlatformException e) {
            throw failure(e);
        }
    }

    /** Worth another try when somebody was quicker or something is away. */
    static OperationException failure(PlatformException e) {
        boolean passing = e.kind() == ErrorKind.UNAVAILABLE || e.kind() == ErrorKind.CONFLICT;
        StringBuilder message = new StringBuilder(e.getMessage());
        e.fields()
                .forEach(field ->
                        message.append("; ").append(field.field()).append(' ').append(field.message()));
        return passing
                ? OperationException.transientFailure(e.kind().name(), message.toString(), Duration.ZERO, e)
                : OperationException.fatal(e.code().orElse(e.kind().name()), message.toString(), e);
    }

    private Work begin(String step, StepContext context) throws OperationException {
        String tenantId = context.operation().tenantId();
        String runId = context.operation().target();
        Optional<Work> work = store.call(tenantId, tx -> {
            Optional<Run> run = runs.find(tx, tenantId, runId);
            if (run.isEmpty() || run.get().cancelledBy() != null) {
                return Optional.empty();
            }
            Stage stage = named(tx, tenantId, runId, step);
            Stage begun = stage;
            if (!stage.status().passed()) {
                begun = stage.with(change -> {
                    change.status = Stage.Status.RUNNING;
                    // one that is resumed is the same attempt
                    boolean first = stage.status() != Stage.Status.RUNNING;
                    change.attempts = stage.attempts() + (first ? 1 : 0);
                    change.startedAt = first || stage.startedAt() == null ? tx.now() : stage.startedAt();
                });
                stages.update(tx, tenantId, begun);
            }
            Pipeline pipeline =
                    pipelines.find(tx, tenantId, run.get().pipelineId()).orElseThrow();
            return Optional.of(new Work(pipeline, run.get(), begun));
        });
        return work.orElseThrow(() -> OperationException.fatal("CANCELLED", "The run was cancelled", null));
    }

    private Stage named(Transaction tx, String tenantId, String runId, String name) throws SQLException {
        return stages.of(tx, tenantId, runId).stream()
                .filter(stage -> stage.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void compensate(String step, StepContext context) throws OperationException, InterruptedException {
        String tenantId = context.operation().tenantId();
        try {
            Optional<Stage> stage = store.call(
                    tenantId,
                    tx -> stages.of(tx, tenantId, context.operation().target()).stream()
                            .filter(one -> one.name().equals(step))
                            .findFirst());
            if (stage.isEmpty()) {
                return;
            }
            tidy(stage.get(), context);
            if (stage.get().kind() == Kind.DEPLOY) {
                deployments.undo(tenantId, stage.get());
            }
        } catch (PlatformException e) {
            throw failure(e);
        }
    }

    private void tidy(Stage stage, StepContext context) throws OperationException, InterruptedException {
        if (stage.kind() == Kind.BUILD || stage.kind() == Kind.TEST) {
            builds.undo(stage, context);
        }
    }

    @Override
    public void finished(Transaction tx, Operation operation) throws SQLException {
        Optional<Locked> locked = moves.lock(tx, operation.tenantId(), operation.target());
        if (locked.isEmpty() || locked.get().run().status().finished()) {
            return;
        }
        Run run = locked.get().run();
        boolean last = run.operations().contains(operation.id()) && isLatest(run, operation.id());
        if (!last) {
            return;
        }
        switch (operation.status()) {
            case COMPLETED -> {
                // a deployment goes on by its release; unless it was there already
                if (run.waitsFor() == null && !isDeployment(tx, operation)) {
                    moves.advance(tx, locked.get().pipeline(), run);
                }
            }
            case CANCELLED -> moves.end(tx, run, Run.Status.CANCELLED, null);
            default ->
                moves.end(
                        tx,
                        run,
                        run.cancelledBy() == null ? Run.Status.FAILED : Run.Status.CANCELLED,
                        run.cancelledBy() == null ? operation.error() : null);
        }
    }

    /** Whether no operation for later stages was submitted; those behind it may be its own release's. */
    private static boolean isLatest(Run run, String operationId) {
        int at = run.operations().indexOf(operationId);
        List<String> later = run.operations().subList(at + 1, run.operations().size());
        return later.isEmpty() || run.waitsFor() != null && later.size() == 1;
    }

    private boolean isDeployment(Transaction tx, Operation operation) throws SQLException {
        List<?> names = (List<?>) operation.input().get("stages");
        return stages.of(tx, operation.tenantId(), operation.target()).stream()
                .anyMatch(stage -> stage.kind() == Kind.DEPLOY && names.contains(stage.name()));
    }
}
