package org.platformforge.pipelines.domain;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.extension.api.pipeline.PipelineStep;
import org.platformforge.extension.api.pipeline.PipelineStep.StepRequest;
import org.platformforge.extension.api.pipeline.StepException;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.jobs.OperationException;
import org.platformforge.kernel.api.jobs.StepContext;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.pipelines.definition.StageSpec;
import org.platformforge.pipelines.domain.RunHandler.Work;
import org.platformforge.pipelines.store.StageTable;

/** Stages that extensions do, each in the version the tenant is served by. Thread-safe. */
@Component(service = Steps.class)
public final class Steps {
    private static final int MOST_BYTES = 32 << 20;
    private static final int LONGEST_LINE = 2000;

    private final Store store;
    private final StageTable stages;
    private final Neighbours neighbours;
    private final Vault vault;

    @Activate
    public Steps(
            @Reference Store store,
            @Reference StageTable stages,
            @Reference Neighbours neighbours,
            @Reference Vault vault) {
        this.store = store;
        this.stages = stages;
        this.neighbours = neighbours;
        this.vault = vault;
    }

    private Optional<PipelineStep> find(String tenantId, String uses) throws OperationException {
        String extension = uses.substring(0, uses.indexOf('/'));
        String name = uses.substring(uses.indexOf('/') + 1);
        return neighbours.contributions().services(tenantId, PipelineStep.class).stream()
                .filter(one ->
                        one.extensionId().equals(extension) && one.item().name().equals(name))
                .map(one -> one.item())
                .findFirst();
    }

    List<FieldError> problems(String tenantId, StageSpec spec) throws OperationException {
        String field = "stages." + spec.name();
        Optional<PipelineStep> step = find(tenantId, spec.uses());
        if (step.isEmpty()) {
            return List.of(new FieldError(field + ".uses", "is " + spec.uses() + ", which no installed extension has"));
        }
        return step.get().check(spec.with()).stream()
                .map(problem -> new FieldError(
                        field + ".with" + (problem.field().isEmpty() ? "" : "." + problem.field()), problem.message()))
                .toList();
    }

    void run(Work work, StepContext context) throws OperationException, InterruptedException {
        StageSpec spec = work.stage().spec();
        PipelineStep step = find(work.tenantId(), spec.uses())
                .orElseThrow(() -> OperationException.fatal(
                        "STEP_MISSING", "No installed extension has the step " + spec.uses(), null));
        StepRequest request = new StepRequest(
                work.run().id(),
                work.stage().name(),
                work.pipeline().service(),
                work.pipeline().repository(),
                work.run().cause().branch(),
                work.run().commit(),
                spec.with());
        Masking masking = new Masking(vault.open(work.pipeline()).variables().values());
        try {
            Map<String, String> found = step.run(request, new View(work, context, masking));
            found.forEach((name, value) -> context.log(fit(masking.apply(name + ": " + value))));
        } catch (StepException e) {
            String message = masking.apply(String.valueOf(e.getMessage()));
            throw e.retryable()
                    ? OperationException.transientFailure(e.code(), message, Duration.ZERO, e)
                    : OperationException.fatal(e.code(), message, e);
        }
        store.run(
                work.tenantId(),
                tx -> stages.update(tx, work.tenantId(), work.stage().ended(Stage.Status.SUCCEEDED, null, tx.now())));
    }

    private static String fit(String line) {
        return line.length() > LONGEST_LINE ? line.substring(0, LONGEST_LINE) + " …" : line;
    }

    /** The run, as far as a step sees it. Called on the thread of the operation's step. */
    private final class View implements org.platformforge.extension.api.pipeline.StepContext {
        private final Work work;
        private final StepContext context;
        private final Masking masking;
        private final String files;
        private List<String> paths;
        private long bytes;

        View(Work work, StepContext context, Masking masking) {
            this.work = work;
            this.context = context;
            this.masking = masking;
            this.files = work.run().artifact() == null
                    ? work.run().source()
                    : work.run().artifact();
        }

        @Override
        public void log(String line) {
            context.log(fit(masking.apply(line)));
        }

        @Override
        public boolean cancelled() {
            return context.cancelRequested();
        }

        @Override
        public List<String> files() throws StepException {
            if (paths == null) {
                paths = ask(() -> neighbours.sources().list(work.tenantId(), files));
            }
            return new ArrayList<>(paths);
        }

        @Override
        public Optional<byte[]> read(String path) throws StepException {
            byte[] content = ask(() -> neighbours.sources().read(work.tenantId(), files, Set.of(path)))
                    .get(path);
            bytes += content == null ? 0 : content.length;
            if (bytes > MOST_BYTES) {
                throw new StepException("READ_TOO_MUCH", "The step has read more than 32 MiB", false, null);
            }
            return Optional.ofNullable(content);
        }
    }

    private interface Question<T> {
        T ask() throws OperationException, InterruptedException;
    }

    private static <T> T ask(Question<T> question) throws StepException {
        try {
            return question.ask();
        } catch (OperationException e) {
            throw new StepException(e.code(), e.getMessage(), e.retryIn().isPresent(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StepException("INTERRUPTED", "The platform stops or swaps", true, e);
        }
    }
}
