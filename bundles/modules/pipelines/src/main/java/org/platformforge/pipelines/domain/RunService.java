package org.platformforge.pipelines.domain;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.jobs.Operations;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.pipelines.domain.Run.Cause;
import org.platformforge.pipelines.domain.Runs.Locked;
import org.platformforge.pipelines.domain.Stage.Decision;
import org.platformforge.pipelines.store.PipelineTable;
import org.platformforge.pipelines.store.RunTable;
import org.platformforge.pipelines.store.StageTable;

/** Runs of pipelines: begun, cancelled, let go on, repeated. Thread-safe. */
@Component(service = RunService.class, configurationPid = PipelinesConfig.PID)
public final class RunService {
    private static final String WHAT = "Run";
    private static final int LONGEST_TEXT = 4000;

    private final Store store;
    private final PipelineTable pipelines;
    private final RunTable runs;
    private final StageTable stages;
    private final Runs moves;
    private final Deployments deployments;
    private final Operations operations;
    private final Neighbours neighbours;
    private final Trail trail;
    private volatile PipelinesConfig config;

    /**
     * A run that is asked for. Every value may be null.
     *
     * @param parameters {@code skip_tests} and {@code deploy_immediately} among those of the definition
     */
    public record Order(String branch, String environment, Map<String, Object> parameters) {}

    /** A run with its stages. */
    public record Whole(Run run, List<Stage> stages) {}

    @Activate
    public RunService(
            @Reference Store store,
            @Reference PipelineTable pipelines,
            @Reference RunTable runs,
            @Reference StageTable stages,
            @Reference Runs moves,
            @Reference Deployments deployments,
            @Reference Operations operations,
            @Reference Neighbours neighbours,
            @Reference Trail trail,
            PipelinesConfig config) {
        this.store = store;
        this.pipelines = pipelines;
        this.runs = runs;
        this.stages = stages;
        this.moves = moves;
        this.deployments = deployments;
        this.operations = operations;
        this.neighbours = neighbours;
        this.trail = trail;
        this.config = config;
    }

    @Modified
    void modified(PipelinesConfig changed) {
        config = changed;
    }

    /** @throws PlatformException {@code VALIDATION} with every wrong field; {@code CONFLICT} when too many wait */
    public Whole start(Caller caller, String pipelineId, Order order) {
        Pipeline pipeline = pipeline(caller, pipelineId);
        Cause cause = OrderCheck.cause(caller, pipeline, order);
        Run run = start(caller, pipeline.tenantId(), pipelineId, cause);
        return whole(caller, run.id());
    }

    /** For whatever starts it; the one that is on its way makes room where the pipeline wants that. */
    Run start(Caller caller, String tenantId, String pipelineId, Cause cause) {
        Run made = store.call(tenantId, tx -> start(tx, caller, tenantId, pipelineId, cause));
        makeRoom(caller, tenantId, made);
        return made;
    }

    Run start(Transaction tx, Caller caller, String tenantId, String pipelineId, Cause cause) throws SQLException {
        Pipeline locked = pipelines
                .lock(tx, tenantId, pipelineId)
                .orElseThrow(() -> PlatformException.notFound(PipelineService.WHAT, pipelineId));
        return moves.create(tx, caller, locked, cause, Math.max(1, config.queue()));
    }

    void makeRoom(Caller caller, String tenantId, Run made) {
        if (made.status() != Run.Status.QUEUED) {
            return;
        }
        List<Run> before = store.call(tenantId, tx -> {
            boolean wanted = pipelines
                    .find(tx, tenantId, made.pipelineId())
                    .map(pipeline -> pipeline.settings().cancelInProgress())
                    .orElse(false);
            return wanted
                    ? runs.open(tx, tenantId, made.pipelineId()).stream()
                            .filter(run -> run.number() < made.number())
                            .toList()
                    : List.of();
        });
        for (Run run : before) {
            try {
                cancel(caller, tenantId, run.id());
            } catch (PlatformException e) {
                if (e.kind() != ErrorKind.CONFLICT) {
                    throw e;
                }
                // it has ended by itself
            }
        }
    }

    private Pipeline pipeline(Caller caller, String id) {
        Optional<Pipeline> found = PipelineService.isId(id)
                ? store.call(caller.tenantId(), tx -> pipelines.find(tx, caller.tenantId(), id))
                : Optional.empty();
        return found.orElseThrow(() -> PlatformException.notFound(PipelineService.WHAT, id));
    }

    public Page<Whole> list(Caller caller, String pipelineId, PageRequest request) {
        pipeline(caller, pipelineId);
        if (request.cursor() != null && !request.cursor().matches("[0-9]{1,9}")) {
            throw PlatformException.invalid("cursor", "is not one of this list");
        }
        return store.call(caller.tenantId(), tx -> {
            Page<Run> page = runs.page(tx, pipelineId, request);
            List<Whole> items = new ArrayList<>();
            for (Run run : page.items()) {
                items.add(new Whole(run, stages.of(tx, run.tenantId(), run.id())));
            }
            return new Page<>(items, page.total(), page.nextCursor());
        });
    }

    static boolean isId(String text) {
        return text != null && text.matches("run-[a-z0-9]{1,60}");
    }

    public Whole whole(Caller caller, String runId) {
        Optional<Whole> found = isId(runId)
                ? store.call(caller.tenantId(), tx -> {
                    Optional<Run> run = runs.find(tx, caller.tenantId(), runId);
                    return run.isEmpty()
                            ? Optional.empty()
                            : Optional.of(new Whole(run.get(), stages.of(tx, caller.tenantId(), runId)));
                })
                : Optional.empty();
        return found.orElseThrow(() -> PlatformException.notFound(WHAT, runId));
    }

    /** A stage of a run, by name. */
    public Stage stage(Caller caller, String runId, String name) {
        return whole(caller, runId).stages().stream()
                .filter(stage -> stage.name().equals(name))
                .findFirst()
                .orElseThrow(() -> PlatformException.notFound("Stage", name));
    }

    /** The files that a stage has made, as a tar archive on this node. */
    public Path artifact(Caller caller, Stage stage) {
        if (stage.artifact() == null) {
            throw PlatformException.notFound("Artifact", stage.name());
        }
        return neighbours.artifactsNow().file(caller.tenantId(), stage.artifact());
    }

    public Whole cancel(Caller caller, String runId) {
        whole(caller, runId);
        cancel(caller, caller.tenantId(), runId);
        return whole(caller, runId);
    }

    private void cancel(Caller caller, String tenantId, String runId) {
        Run asked = store.call(tenantId, tx -> {
            Locked it = moves.lock(tx, tenantId, runId).orElseThrow(() -> PlatformException.notFound(WHAT, runId));
            if (it.run().status().finished()) {
                throw PlatformException.of(ErrorKind.CONFLICT, "The run has ended and cannot be cancelled")
                        .withDetail("run_id", runId);
            }
            Run marked = it.run().with(change -> change.cancelledBy = caller.subject());
            trail.run(tx, caller, "cancel", marked, Map.of());
            if (marked.status() != Run.Status.RUNNING) {
                return moves.end(tx, marked, Run.Status.CANCELLED, null);
            }
            runs.update(tx, marked);
            return marked;
        });
        if (!asked.status().finished() && !asked.operations().isEmpty()) {
            // a release on its way is the last one; it takes itself back
            deployments.cancel(
                    tenantId, asked.operations().get(asked.operations().size() - 1));
        }
    }

    /** @param stageName null for the one that waits */
    public Whole decide(Caller caller, String runId, String stageName, boolean approved, String comment) {
        whole(caller, runId);
        String why = comment == null ? "" : comment.strip();
        if (why.length() > LONGEST_TEXT || why.indexOf('\0') >= 0) {
            throw PlatformException.invalid("comment", "must have at most " + LONGEST_TEXT + " characters");
        }
        if (!approved && why.isEmpty()) {
            throw PlatformException.invalid("comment", "is needed: say why it is refused");
        }
        String tenantId = caller.tenantId();
        store.run(tenantId, tx -> {
            Locked it = moves.lock(tx, tenantId, runId).orElseThrow(() -> PlatformException.notFound(WHAT, runId));
            Stage waiting = stages.of(tx, tenantId, runId).stream()
                    .filter(stage -> stage.status() == Stage.Status.WAITING_APPROVAL)
                    .filter(stage -> stageName == null
                            || stageName.equals(stage.name())
                            || stageName.equals(stage.environment()))
                    .findFirst()
                    .orElseThrow(() -> PlatformException.of(ErrorKind.CONFLICT, "Nothing of the run waits for this")
                            .withDetail("run_id", runId));
            boolean own = caller.subject().equals(it.run().createdBy());
            if (approved && own && it.pipeline().settings().preventSelfApproval()) {
                throw PlatformException.of(
                        ErrorKind.FORBIDDEN, "Somebody else than who started the run has to approve it");
            }
            trail.run(
                    tx,
                    caller,
                    approved ? "approve" : "reject",
                    it.run(),
                    Map.of("stage", waiting.name(), "environment", waiting.environment(), "comment", why));
            moves.decide(tx, it, waiting, new Decision(approved, caller.subject(), why, tx.now()));
        });
        return whole(caller, runId);
    }

    /** @param from name of a stage; null for the first that did not succeed */
    public Whole again(Caller caller, String runId, String from) {
        whole(caller, runId);
        String tenantId = caller.tenantId();
        store.run(tenantId, tx -> {
            Locked it = moves.lock(tx, tenantId, runId).orElseThrow(() -> PlatformException.notFound(WHAT, runId));
            if (!it.run().status().repeatable()) {
                throw PlatformException.of(
                                ErrorKind.CONFLICT,
                                "Only a run that failed, was cancelled or refused can be run again; start a new one")
                        .withDetail("run_id", runId);
            }
            List<Stage> all = stages.of(tx, tenantId, runId);
            int failed = all.stream()
                    .filter(stage -> !stage.status().passed())
                    .findFirst()
                    .map(Stage::position)
                    .orElse(0);
            int position = from == null
                    ? failed
                    : all.stream()
                            .filter(stage -> stage.name().equals(from))
                            .findFirst()
                            .map(Stage::position)
                            .orElseThrow(() -> PlatformException.invalid("stage", "is no stage of the run"));
            if (position > failed) {
                throw PlatformException.invalid("stage", "comes after one that did not succeed");
            }
            trail.run(
                    tx,
                    caller,
                    "rerun",
                    it.run(),
                    Map.of("stage", all.get(position).name()));
            moves.again(tx, it, position);
        });
        return whole(caller, runId);
    }
}
