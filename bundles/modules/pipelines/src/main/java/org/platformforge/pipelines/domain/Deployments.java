package org.platformforge.pipelines.domain;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.delivery.Delivery;
import org.platformforge.kernel.api.delivery.DeployRequest;
import org.platformforge.kernel.api.delivery.DeployRequest.Build;
import org.platformforge.kernel.api.delivery.DeployRequest.Rollout;
import org.platformforge.kernel.api.delivery.DeployRequest.Scale;
import org.platformforge.kernel.api.delivery.DeployRequest.Source;
import org.platformforge.kernel.api.delivery.DeployRequest.Strategy;
import org.platformforge.kernel.api.delivery.Release;
import org.platformforge.kernel.api.jobs.OperationException;
import org.platformforge.kernel.api.jobs.Operations;
import org.platformforge.kernel.api.jobs.StepContext;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.pipelines.definition.StageSpec.RunSpec;
import org.platformforge.pipelines.domain.RunHandler.Work;
import org.platformforge.pipelines.store.RunTable;
import org.platformforge.pipelines.store.StageTable;

/**
 * Deployments of a run: releases with the artifact that was built, the same in every environment. They are begun here; the run
 * goes on when they have come to their end. Thread-safe.
 */
@Component(service = Deployments.class, configurationPid = PipelinesConfig.PID)
public final class Deployments {
    private static final int SHORT_COMMIT = 8;
    private static final Duration BUSY = Duration.ofSeconds(2);

    private final Store store;
    private final RunTable runs;
    private final StageTable stages;
    private final Neighbours neighbours;
    private final Operations operations;
    private final Vault vault;
    private final Trail trail;
    private volatile PipelinesConfig config;

    @Activate
    public Deployments(
            @Reference Store store,
            @Reference RunTable runs,
            @Reference StageTable stages,
            @Reference Neighbours neighbours,
            @Reference Operations operations,
            @Reference Vault vault,
            @Reference Trail trail,
            PipelinesConfig config) {
        this.store = store;
        this.runs = runs;
        this.stages = stages;
        this.neighbours = neighbours;
        this.operations = operations;
        this.vault = vault;
        this.trail = trail;
        this.config = config;
    }

    @Modified
    void modified(PipelinesConfig changed) {
        config = changed;
    }

    void begin(Work work, StepContext context) throws OperationException {
        if (work.stage().releaseId() != null) {
            return;
        }
        Delivery delivery = neighbours.delivery();
        DeployRequest request = request(work);
        Release release = earlier(delivery, work, request).orElse(null);
        if (release == null) {
            refuseTooMuch(work, request);
            try {
                release = delivery.deploy(trail.acting(work.run()), request);
            } catch (PlatformException e) {
                if (e.code().filter(Delivery.FROZEN::equals).isPresent()) {
                    throw OperationException.fatal(Delivery.FROZEN, e.getMessage(), e);
                }
                if (e.kind() == ErrorKind.CONFLICT) {
                    throw OperationException.transientFailure("DEPLOY_CONFLICT", e.getMessage(), BUSY, e);
                }
                throw RunHandler.failure(e);
            }
        }
        Release begun = release;
        context.log("Release " + begun.id() + " of " + request.source().artifact() + " in " + request.environment());
        store.run(work.tenantId(), tx -> {
            Run now = runs.find(tx, work.tenantId(), work.run().id()).orElseThrow();
            runs.update(tx, now.with(change -> {
                change.waitsFor = begun.id();
                change.operations = Runs.and(now.operations(), begun.operationId());
            }));
            stages.update(tx, work.tenantId(), work.stage().with(change -> change.releaseId = begun.id()));
        });
    }

    /** As the catalogue refuses it. */
    private void refuseTooMuch(Work work, DeployRequest request) throws OperationException {
        List<FieldError> problems = neighbours.environments().objections(work.tenantId(), request);
        if (!problems.isEmpty()) {
            String all = problems.stream()
                    .map(problem -> problem.field() + " " + problem.message())
                    .collect(Collectors.joining("; "));
            throw OperationException.fatal("ENVIRONMENT_LIMIT", all, null);
        }
    }

    /** One that this step has begun before a crash, when it had not yet written it down. */
    private static Optional<Release> earlier(Delivery delivery, Work work, DeployRequest request) {
        return delivery
                .releases(
                        work.tenantId(),
                        request.service(),
                        request.environment(),
                        PageRequest.first(PageRequest.MAX_LIMIT))
                .items()
                .stream()
                .filter(release -> request.source().artifact().equals(release.artifact())
                        && request.version().equals(release.version())
                        && work.run().createdBy().equals(release.createdBy())
                        && release.rollbackOf() == null
                        && !release.createdAt().isBefore(work.stage().startedAt()))
                .findFirst();
    }

    private DeployRequest request(Work work) throws OperationException {
        Run run = work.run();
        RunSpec spec = work.stage().spec().run();
        String commit = run.commit().substring(0, SHORT_COMMIT);
        String version = run.cause().branch() == null ? commit : run.cause().branch() + "-" + commit;
        Map<String, String> secrets =
                vault.named(work.pipeline(), work.stage().spec().secrets());
        return new DeployRequest(
                work.pipeline().service(),
                work.stage().environment(),
                version,
                new Source(work.pipeline().repository(), run.commit(), null, run.artifact()),
                Build.NONE,
                new DeployRequest.Run(
                        spec.start(),
                        spec.staticDirectory(),
                        spec.probePath(),
                        spec.startTimeoutSeconds(),
                        work.stage().spec().env(),
                        secrets),
                new Scale(
                        spec.replicas(),
                        work.stage().spec().cpu(),
                        work.stage().spec().memory(),
                        neighbours
                                .environments()
                                .engine(work.tenantId(), work.stage().environment())
                                .orElse(null)),
                new Rollout(
                        Strategy.valueOf(spec.strategy().toUpperCase(Locale.ROOT)),
                        Objects.requireNonNullElse(spec.canaryPercent(), config.canary_percent()),
                        Objects.requireNonNullElse(spec.observeSeconds(), config.observe_seconds())));
    }

    /** What serves stays; what is still on its way is taken back by the release itself. */
    void undo(String tenantId, Stage stage) throws OperationException {
        if (stage.releaseId() != null) {
            Optional<Release> release = neighbours.delivery().find(tenantId, stage.releaseId());
            if (release.isPresent() && release.get().status().running()) {
                cancel(tenantId, release.get().operationId());
            }
        }
    }

    void cancel(String tenantId, String operationId) {
        try {
            operations.cancel(trail.system(tenantId), operationId);
        } catch (PlatformException e) {
            if (e.kind() != ErrorKind.CONFLICT && e.kind() != ErrorKind.NOT_FOUND) {
                throw e;
            }
            // it has ended by itself
        }
    }
}
