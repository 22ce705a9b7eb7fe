package org.platformforge.marketplace.domain;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
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
    private static final String START = "start";
    private static final String COMMIT = "commit";
    private static final String DETACH = "detach";
    private static final String ERASE = "erase";
    private static final String REMOVE = "remove";
    private static final String OUTPUT = "output";
    static final String FIGURES = "figures";
    private static final Duration SOON = Duration.ofSeconds(1);

    private final Action action;
    private final Parts parts;
    private final OperationEnd end;
    private final Json json = new Json();

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
        this.parts = parts;
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
            if (InstallationService.ERASE.equals(input.get(InstallationService.DATA))) {
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
                case RESOLVE -> resolve(context);
                case STAGE -> stage(context);
                case START -> start(context);
                case COMMIT -> commit(context);
                case DETACH -> detach(context);
                case ERASE -> erase(context);
                case REMOVE -> remove(context);
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

    private Installation installation(StepContext context) throws OperationException {
        String tenantId = context.operation().tenantId();
        return parts.store()
                .call(
                        tenantId,
                        tx -> parts.installations()
                                .byId(tx, tenantId, context.operation().target()))
                .orElseThrow(() -> OperationException.fatal("NOT_FOUND", "The installation is gone", null));
    }

    /** @param release null when nothing is wanted, or it is gone */
    private record Wanted(Installation installation, Release release) {}

    /** What is wanted of what is installed along, then of the operation's own; asked at once. */
    private List<Wanted> wanted(StepContext context) throws OperationException {
        Operation operation = context.operation();
        List<Wanted> all = parts.store().call(Store.ALL_TENANTS, tx -> {
            List<Wanted> found = new ArrayList<>();
            for (Installation row : along(tx, operation)) {
                found.add(wanted(tx, row));
            }
            Optional<Installation> own = parts.installations().byId(tx, operation.tenantId(), operation.target());
            if (own.isEmpty()) {
                return List.of();
            }
            found.add(wanted(tx, own.get()));
            return found;
        });
        if (all.isEmpty()) {
            throw OperationException.fatal("NOT_FOUND", "The installation is gone", null);
        }
        for (Wanted one : all) {
            if (one.installation().pending() == null) {
                throw OperationException.fatal("CONFLICT", "Nothing is wanted of the installation", null);
            }
            if (one.release() == null) {
                throw OperationException.fatal("NOT_FOUND", "The release is gone", null);
            }
        }
        return all;
    }

    private Wanted wanted(Transaction tx, Installation row) throws SQLException {
        return new Wanted(
                row,
                row.pending() == null
                        ? null
                        : parts.releases()
                                .release(tx, row.pending().releaseId())
                                .orElse(null));
    }

    private static Wanted own(List<Wanted> all) {
        return all.get(all.size() - 1);
    }

    /** Installations that are made with the operation's own, what others need first. */
    private List<Installation> along(Operation operation) {
        return OperationEnd.along(operation).isEmpty()
                ? List.of()
                : parts.store().call(operation.tenantId(), tx -> along(tx, operation));
    }

    private List<Installation> along(Transaction tx, Operation operation) throws SQLException {
        List<Installation> found = new ArrayList<>();
        for (String id : OperationEnd.along(operation)) {
            parts.installations()
                    .find(tx, operation.tenantId(), id)
                    .filter(row -> operation.id().equals(row.operationId()))
                    .ifPresent(found::add);
        }
        return found;
    }

    /** Time has passed since it was asked for: what was true then is looked at again. */
    private Map<String, Object> resolve(StepContext context) throws OperationException {
        List<Wanted> all = wanted(context);
        List<Release> together = all.stream().map(Wanted::release).toList();
        for (Wanted one : all) {
            resolve(one.installation(), one.release(), together, context);
        }
        return Map.of(
                "sha256",
                own(all).release().sha256(),
                "all",
                together.stream().map(Release::sha256).toList());
    }

    private void resolve(Installation installation, Release release, List<Release> together, StepContext context)
            throws OperationException {
        if (release.state() == Release.State.YANKED && (action == Action.INSTALL || action == Action.UPGRADE)) {
            throw OperationException.fatal(
                    "VERSION_YANKED", "Version " + release.version() + " was yanked: " + release.yankReason(), null);
        }
        List<Proposal.Problem> problems = new ArrayList<>(parts.planner().eligibility(release));
        problems.addAll(parts.planner().relations(installation.tenantId(), release, together));
        if (!problems.isEmpty()) {
            throw OperationException.fatal(
                    problems.get(0).code(), problems.get(0).message(), null);
        }
        if (!installation.pending().accepted().containsAll(release.manifest().permissions())) {
            throw OperationException.fatal(
                    "PERMISSIONS_NOT_ACCEPTED",
                    release.extensionId() + " asks for permissions that were not accepted",
                    null);
        }
        context.log(release.extensionId() + " " + release.version() + " (" + release.sha256() + ")");
    }

    private Map<String, Object> stage(StepContext context) throws OperationException {
        long size = 0;
        for (Wanted one : wanted(context)) {
            parts.artifacts().file(one.release());
            size += one.release().size();
        }
        return Map.of("size", size);
    }

    private Map<String, Object> start(StepContext context) throws OperationException {
        int routes = 0;
        for (Wanted one : wanted(context)) {
            ExtensionRuntime.Running running = parts.director().start(one.release());
            context.log("Started " + running.extensionId() + " with " + running.routes() + " routes");
            routes = running.routes();
        }
        return Map.of("routes", routes);
    }

    private Map<String, Object> commit(StepContext context) throws OperationException {
        Operation operation = context.operation();
        String tenantId = operation.tenantId();
        boolean done = context.checkpoint().containsKey("before");
        List<Wanted> wanted = done || !action.starts() ? List.of() : wanted(context);
        Installation before =
                wanted.isEmpty() ? installation(context) : own(wanted).installation();
        List<Installation> along = along(operation);
        List<Map<String, Object>> figures = CanaryFigures.toMaps(parts.figures().of(before));
        if (!done) {
            for (Wanted one : wanted) {
                // the node may be another one than started it, or have restarted since
                parts.director().ensureStarted(one.release());
            }
            requireNotNeeded(before);
            context.checkpoint(checkpoint(before, figures));
        }
        Map<String, Object> kept = done ? context.checkpoint() : checkpoint(before, figures);
        parts.store().run(tenantId, tx -> {
            for (Installation fresh : along) {
                Installation row = locked(tx, fresh);
                if (row.pending() != null) {
                    parts.installations().update(tx, row.serving(row.pending(), null));
                }
            }
            Installation row = locked(tx, before);
            if (!action.starts() || row.pending() != null) {
                parts.installations().update(tx, after(row, operation));
                parts.figures().forget(tx, row);
            }
        });
        for (Installation fresh : along) {
            parts.director().apply(tenantId, fresh.extensionId());
        }
        parts.director().apply(tenantId, before.extensionId());
        if (action == Action.INSTALL || action == Action.UPGRADE) {
            for (Installation fresh : along(operation)) {
                parts.catalogue().installed(tenantId, release(fresh.current()));
            }
            parts.catalogue().installed(tenantId, release(installation(context).current()));
        }
        return kept;
    }

    private Installation locked(Transaction tx, Installation seen) throws SQLException {
        return parts.installations()
                .lock(tx, seen.tenantId(), seen.extensionId())
                .orElseThrow(() -> PlatformException.of(ErrorKind.CONFLICT, "The installation is gone"));
    }

    /** What the tenant has made with the version it has is taken over by the next one, or keeps it. */
    private void requireNotNeeded(Installation before) {
        switch (action) {
            case UPGRADE, ROLLBACK, PROMOTE ->
                parts.director()
                        .requireNotNeeded(
                                before.tenantId(),
                                before.extensionId(),
                                before.pending().sha256());
            case DISABLE, UNINSTALL -> {
                parts.planner().requireNoDependents(before.tenantId(), before.extensionId());
                parts.director().requireNotNeeded(before.tenantId(), before.extensionId(), null);
            }
            case INSTALL, ENABLE, WITHDRAW, CANARY -> {}
        }
    }

    private Release release(Setup setup) {
        return parts.store()
                .call(
                        Store.ALL_TENANTS,
                        tx -> parts.releases().release(tx, setup.releaseId()).orElseThrow());
    }

    private Map<String, Object> checkpoint(Installation before, List<Map<String, Object>> figures) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("before", snapshot(before));
        values.put(OUTPUT, figures.isEmpty() ? Map.of() : Map.of(FIGURES, figures));
        return values;
    }

    private Installation after(Installation row, Operation operation) {
        return switch (action) {
            case INSTALL -> row.serving(row.pending(), null);
            case UPGRADE, ROLLBACK, PROMOTE ->
                row.serving(row.pending(), row.current())
                        .withState(
                                row.state() == Installation.State.DISABLED
                                        ? Installation.State.DISABLED
                                        : Installation.State.ACTIVE);
            case ENABLE -> row.serving(row.current(), row.previous());
            case DISABLE -> row.withoutCanary().withState(Installation.State.DISABLED);
            case WITHDRAW -> row.withoutCanary();
            case CANARY ->
                row.withCanary(
                        row.pending(),
                        ((Number) operation.input().get("percent")).intValue(),
                        new CanaryPolicy(((Number) operation.input().get("promote_after")).longValue()));
            case UNINSTALL -> throw new IllegalStateException("An uninstallation has no commit");
        };
    }

    /** No new call from here on; the end of it cannot be taken back. */
    private Map<String, Object> detach(StepContext context) throws OperationException {
        Installation seen = installation(context);
        boolean resumed = seen.state() == Installation.State.UNINSTALLING;
        if (!resumed) {
            requireNotNeeded(seen);
        }
        become(seen, Installation.State.UNINSTALLING);
        if (!resumed) {
            stayIfNeeded(seen);
        }
        return Map.of();
    }

    private void become(Installation seen, Installation.State state) {
        parts.store().run(seen.tenantId(), tx -> {
            Installation row = parts.installations()
                    .lock(tx, seen.tenantId(), seen.extensionId())
                    .orElseThrow();
            parts.installations().update(tx, row.withoutCanary().withState(state));
        });
        parts.director().apply(seen.tenantId(), seen.extensionId());
    }

    /** Something may have been made with it between the question and its end; from here on nothing more can. */
    private void stayIfNeeded(Installation seen) {
        try {
            requireNotNeeded(seen);
        } catch (PlatformException e) {
            become(seen, seen.state());
            throw e;
        }
    }

    private Map<String, Object> erase(StepContext context) throws OperationException {
        Installation seen = installation(context);
        parts.runtime().erase(seen.tenantId(), seen.extensionId());
        context.log("The tenant's data is erased");
        return Map.of();
    }

    private Map<String, Object> remove(StepContext context) {
        String tenantId = context.operation().tenantId();
        parts.store().run(tenantId, tx -> {
            Optional<Installation> row =
                    parts.installations().byId(tx, tenantId, context.operation().target());
            if (row.isPresent()) {
                parts.installations().delete(tx, row.get());
                parts.figures().forget(tx, row.get());
            }
        });
        parts.director().tidy((String) context.operation().input().get("extension_id"));
        return Map.of();
    }

    /** Only the commit changes what serves the tenant; a release that was started is stopped if nobody needs it. */
    @Override
    public void compensate(String step, StepContext context) throws OperationException {
        if (!step.equals(COMMIT) && !step.equals(START)) {
            return;
        }
        try {
            String tenantId = context.operation().tenantId();
            Installation seen = installation(context);
            if (step.equals(COMMIT) && context.checkpoint().get("before") instanceof Map<?, ?> before) {
                restore(tenantId, seen, before);
            } else {
                forget(tenantId, seen);
            }
            for (Installation fresh : along(context.operation())) {
                // it was not there before, and is not when the operation has ended
                become(fresh, Installation.State.UNINSTALLING);
                forget(tenantId, fresh);
            }
        } catch (PlatformException e) {
            throw failure(e);
        }
    }

    private void restore(String tenantId, Installation seen, Map<?, ?> before) {
        parts.store().run(tenantId, tx -> {
            Installation row =
                    parts.installations().lock(tx, tenantId, seen.extensionId()).orElseThrow();
            parts.installations().update(tx, restored(row, before));
        });
        parts.director().apply(tenantId, seen.extensionId());
    }

    /** What was wanted is not needed any more, so that it can be stopped. */
    private void forget(String tenantId, Installation seen) {
        parts.store().run(tenantId, tx -> {
            Installation row =
                    parts.installations().lock(tx, tenantId, seen.extensionId()).orElseThrow();
            parts.installations().update(tx, row.begun(row.operationId(), null));
        });
        parts.director().tidy(seen.extensionId());
    }

    private Map<String, Object> snapshot(Installation row) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("state", row.state().name());
        values.put("current", row.current() == null ? null : row.current().toMap());
        values.put("previous", row.previous() == null ? null : row.previous().toMap());
        values.put("canary", row.canary() == null ? null : row.canary().toMap());
        values.put("percent", row.canaryPercent());
        values.put("policy", row.canaryPolicy().toMap());
        return values;
    }

    private Installation restored(Installation row, Map<?, ?> before) {
        Map<String, Object> values = json.map(json.tree(before));
        return new Installation(
                row.tenantId(),
                row.id(),
                row.extensionId(),
                Installation.State.valueOf((String) values.get("state")),
                setup(values.get("current")),
                setup(values.get("previous")),
                setup(values.get("canary")),
                null,
                ((Number) values.get("percent")).intValue(),
                CanaryPolicy.of(json.map(json.tree(values.get("policy")))),
                row.pinned(),
                row.autoPatch(),
                row.operationId(),
                row.error(),
                row.problem(),
                row.createdBy(),
                row.createdAt(),
                row.updatedAt(),
                row.revision());
    }

    private Setup setup(Object map) {
        return map == null ? null : Setup.of(json.map(json.tree(map)));
    }

    @Override
    public void finished(Transaction tx, Operation operation) throws SQLException {
        end.write(tx, operation);
    }
}
