package org.platformforge.marketplace.domain;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.delivery.ArtifactStore;
import org.platformforge.kernel.api.extension.ExtensionRuntime;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.OperationException;
import org.platformforge.kernel.api.jobs.OperationHandler;
import org.platformforge.kernel.api.jobs.StepContext;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.marketplace.store.CatalogueRepository;
import org.platformforge.marketplace.store.HistoryTable;
import org.platformforge.marketplace.store.InstallationTable;

/**
 * Carries out one kind of action on an installation: resolve → stage → start → commit for what starts a release, commit
 * alone for what only stops one, detach → erase → remove for the end. The record changes in the commit and in no step
 * before it, so that a failure leaves the tenant served as it was. Each step finds its own traces. Thread-safe.
 */
final class ExtensionOperation implements OperationHandler {
    private static final String RESOLVE = "resolve";
    private static final String STAGE = "stage";
    static final String START = "start";
    private static final String COMMIT = "commit";
    private static final String DETACH = "detach";
    private static final String ERASE = "erase";
    private static final String REMOVE = "remove";
    private static final Duration SOON = Duration.ofSeconds(1);

    private final Action action;
    private final OperationRows rows;
    private final StartSteps starting;
    private final CommitStep committing;
    private final RemovalSteps removing;
    private final OperationEnd end;

    /** What all actions work with. */
    record Parts(
            Store store,
            InstallationTable installations,
            HistoryTable history,
            CatalogueRepository releases,
            CatalogueService catalogue,
            InstallPlanner planner,
            ArtifactStore artifacts,
            RuntimeDirector director,
            ExtensionRuntime runtime,
            CanaryFigures figures,
            Trail trail) {}

    ExtensionOperation(Action action, Parts parts) {
        this.action = action;
        this.rows = new OperationRows(parts);
        StillNeeded need = new StillNeeded(action, parts);
        this.committing = new CommitStep(action, parts, rows, need);
        this.starting = new StartSteps(action, parts, rows, committing);
        this.removing = new RemovalSteps(parts, rows, need);
        this.end = new OperationEnd(action, parts);
    }

    @Override
    public String kind() {
        return action.kind();
    }

    @Override
    public List<StepDefinition> plan(Map<String, Object> input) {
        List<StepDefinition> steps = new ArrayList<>();
        if (action == Action.UNINSTALL) {
            steps.add(new StepDefinition(DETACH, "Stop serving the tenant"));
            if (Submissions.ERASE.equals(input.get(Submissions.DATA))) {
                steps.add(new StepDefinition(ERASE, "Erase the tenant's data"));
            }
            steps.add(new StepDefinition(REMOVE, "Remove the installation"));
            return steps;
        }
        if (action.starts()) {
            steps.add(new StepDefinition(RESOLVE, "Check the release, its permissions and what it needs"));
            steps.add(new StepDefinition(STAGE, "Bring the artifact to this node"));
            steps.add(new StepDefinition(START, "Start it beside what runs, and check it"));
        }
        steps.add(new StepDefinition(COMMIT, "Serve the tenant by it"));
        return steps;
    }

    @Override
    public Map<String, Object> execute(String step, StepContext context) throws OperationException {
        try {
            return switch (step) {
                case RESOLVE -> starting.resolve(context);
                case STAGE -> starting.stage(context);
                case START -> starting.start(context);
                case COMMIT -> committing.commit(context);
                case DETACH -> removing.detach(context);
                case ERASE -> removing.erase(context);
                case REMOVE -> removing.remove(context);
                default -> throw new IllegalStateException("No such step: " + step);
            };
        } catch (PlatformException e) {
            throw failure(e);
        }
    }

    private static OperationException failure(PlatformException e) {
        String code = e.code().orElse(e.kind().name());
        return e.kind() == ErrorKind.UNAVAILABLE
                ? OperationException.transientFailure(
                        code, e.getMessage(), e.retryAfter().orElse(SOON), e)
                : OperationException.fatal(code, e.getMessage(), e);
    }

    /** Only the commit changes what serves the tenant; a release that was started is stopped if nobody needs it. */
    @Override
    public void compensate(String step, StepContext context) throws OperationException {
        if (!step.equals(COMMIT) && !step.equals(START)) {
            return;
        }
        try {
            String tenantId = context.operation().tenantId();
            Installation seen = rows.installation(context);
            if (step.equals(COMMIT)
                    && committing.keptUndo(context).get(CommitStep.BEFORE) instanceof Map<?, ?> before) {
                committing.restore(tenantId, seen, before);
            } else {
                rows.forget(tenantId, seen);
            }
            for (Installation fresh : rows.along(context.operation())) {
                // it was not there before, and is not when the operation has ended
                rows.become(fresh, Installation.State.UNINSTALLING);
                rows.forget(tenantId, fresh);
            }
        } catch (PlatformException e) {
            throw failure(e);
        }
    }

    @Override
    public void finished(Transaction tx, Operation operation) throws SQLException {
        end.write(tx, operation);
    }
}
