package org.platformforge.pipelines.domain;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.delivery.Credentials;
import org.platformforge.kernel.api.delivery.Environments;
import org.platformforge.kernel.api.delivery.Sources.Snapshot;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.OperationException;
import org.platformforge.kernel.api.jobs.StepContext;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.pipelines.definition.Definition;
import org.platformforge.pipelines.definition.DefinitionParser;
import org.platformforge.pipelines.definition.ParameterValues;
import org.platformforge.pipelines.definition.StageSpec;
import org.platformforge.pipelines.definition.StageSpec.Kind;
import org.platformforge.pipelines.domain.RunHandler.Work;
import org.platformforge.pipelines.store.RunTable;
import org.platformforge.pipelines.store.StageTable;

/** Gets the commit and finds out what is to be done with it. Nothing is begun of what cannot be done. Thread-safe. */
@Component(service = Checkout.class)
public final class Checkout {
    static final String INVALID = "PIPELINE_INVALID";

    private final Store store;
    private final RunTable runs;
    private final StageTable stages;
    private final Neighbours neighbours;
    private final Steps steps;
    private final Defaults defaults;
    private final Vault vault;

    @Activate
    public Checkout(
            @Reference Store store,
            @Reference RunTable runs,
            @Reference StageTable stages,
            @Reference Neighbours neighbours,
            @Reference Steps steps,
            @Reference Defaults defaults,
            @Reference Vault vault) {
        this.store = store;
        this.runs = runs;
        this.stages = stages;
        this.neighbours = neighbours;
        this.steps = steps;
        this.defaults = defaults;
        this.vault = vault;
    }

    void run(Work work, StepContext context) throws OperationException, InterruptedException {
        Credentials credentials = vault.open(work.pipeline());
        Snapshot fetched = neighbours
                .sources()
                .snapshot(
                        work.tenantId(),
                        work.pipeline().repository(),
                        work.run().cause().ref(),
                        credentials.token());
        context.log("Fetched commit " + fetched.commit() + ", " + fetched.size() + " bytes, " + fetched.artifact());
        Definition definition =
                definition(work, fetched, credentials.variables().keySet(), context);
        List<FieldError> problems = new ArrayList<>(ParameterValues.problems(
                definition.parameters(), work.run().cause().parameters()));
        String last = work.run().cause().environment();
        if (last != null && definition.stages().stream().noneMatch(stage -> last.equals(stage.environment()))) {
            problems.add(new FieldError("environment", "is " + last + ", which no stage deploys to"));
        }
        for (StageSpec stage : definition.stages()) {
            if (stage.kind() == Kind.STEP) {
                problems.addAll(steps.problems(work.tenantId(), stage));
            }
        }
        refuse(work, problems);
        keep(work, fetched, definition, asking(work, definition));
    }

    /** Environments that do not take what nobody asked for: a run that a push or a schedule started. */
    private Set<String> asking(Work work, Definition definition) throws OperationException {
        Set<String> asking = new HashSet<>();
        if (work.run().cause().trigger() != Run.Trigger.MANUAL) {
            Environments environments = neighbours.environments();
            for (StageSpec stage : definition.stages()) {
                if (stage.kind() == Kind.DEPLOY && !environments.autoDeploy(work.tenantId(), stage.environment())) {
                    asking.add(stage.environment());
                }
            }
        }
        return asking;
    }

    private Definition definition(Work work, Snapshot fetched, Set<String> secrets, StepContext context)
            throws OperationException, InterruptedException {
        byte[] file = neighbours
                .sources()
                .read(work.tenantId(), fetched.artifact(), Set.of(DefinitionParser.PATH))
                .get(DefinitionParser.PATH);
        if (file == null) {
            return defaults.definition(work, fetched, context);
        }
        DefinitionParser.Parsed parsed =
                DefinitionParser.parse(file, work.pipeline().environments(), secrets);
        refuse(work, parsed.problems());
        return parsed.definition();
    }

    /** All at once: in the message for the log, one by one with the stage. */
    private void refuse(Work work, List<FieldError> problems) throws OperationException {
        if (problems.isEmpty()) {
            return;
        }
        StringBuilder message = new StringBuilder("The pipeline cannot be run");
        problems.forEach(problem ->
                message.append("; ").append(problem.field()).append(' ').append(problem.message()));
        String text = message.length() > 2000 ? message.substring(0, 2000) + " …" : message.toString();
        Operation.Failure failure = new Operation.Failure(INVALID, text, problems);
        store.run(
                work.tenantId(),
                tx -> stages.update(tx, work.tenantId(), work.stage().with(change -> change.error = failure)));
        throw OperationException.fatal(INVALID, text, null);
    }

    private void keep(Work work, Snapshot fetched, Definition definition, Set<String> asking) {
        Run run = work.run();
        boolean builds = definition.stages().stream().anyMatch(stage -> stage.kind() == Kind.BUILD);
        store.run(work.tenantId(), tx -> {
            Run now = runs.find(tx, work.tenantId(), run.id()).orElseThrow();
            runs.update(tx, now.with(change -> {
                change.commit = fetched.commit();
                change.source = fetched.artifact();
                // what is built of it takes its place
                change.artifact = builds ? null : fetched.artifact();
            }));
            stages.update(
                    tx,
                    work.tenantId(),
                    work.stage()
                            .with(change -> {
                                change.artifact = fetched.artifact();
                                change.artifactSize = fetched.size();
                            })
                            .ended(Stage.Status.SUCCEEDED, null, tx.now()));
            insert(tx, work, definition, asking);
        });
    }

    private void insert(Transaction tx, Work work, Definition definition, Set<String> asking) throws SQLException {
        stages.deleteDefined(tx, work.tenantId(), work.run().id());
        Map<String, String> variables = new LinkedHashMap<>(definition.env());
        variables.putAll(ParameterValues.variables(
                definition.parameters(), work.run().cause().parameters()));
        int position = 1;
        for (StageSpec spec : definition.stages()) {
            boolean commands = spec.kind() == Kind.BUILD || spec.kind() == Kind.TEST;
            StageSpec full = commands ? spec.over(variables) : spec;
            if (asking.contains(spec.environment())) {
                full = full.gated();
            }
            stages.insert(
                    tx,
                    work.tenantId(),
                    Runs.stage(work.run(), position++, full, first(work.pipeline(), work.run(), spec)));
        }
    }

    /** Skipped is what the run was asked to leave out. */
    private static Stage.Status first(Pipeline pipeline, Run run, StageSpec spec) {
        boolean test = spec.kind() == Kind.TEST && run.cause().skipTests();
        List<String> environments = pipeline.environments();
        boolean beyond = run.cause().environment() != null
                && spec.environment() != null
                && environments.indexOf(spec.environment())
                        > environments.indexOf(run.cause().environment());
        return test || beyond ? Stage.Status.SKIPPED : Stage.Status.PENDING;
    }
}
