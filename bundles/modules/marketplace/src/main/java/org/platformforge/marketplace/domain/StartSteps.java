package org.platformforge.marketplace.domain;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.platformforge.kernel.api.extension.ExtensionRuntime;
import org.platformforge.kernel.api.jobs.OperationException;
import org.platformforge.kernel.api.jobs.StepContext;

/**
 * Brings a release to where it could serve, beside what serves: resolve → stage → start. Changes no record. Thread-safe.
 */
final class StartSteps {
    private final Action action;
    private final ExtensionOperation.Parts parts;
    private final OperationRows rows;
    private final CommitStep committing;

    StartSteps(Action action, ExtensionOperation.Parts parts, OperationRows rows, CommitStep committing) {
        this.action = action;
        this.parts = parts;
        this.rows = rows;
        this.committing = committing;
    }

    /** Time has passed since it was asked for: what was true then is looked at again. */
    Map<String, Object> resolve(StepContext context) throws OperationException {
        List<OperationRows.Wanted> all = rows.wanted(context);
        List<Release> together = all.stream().map(OperationRows.Wanted::release).toList();
        for (OperationRows.Wanted one : all) {
            resolve(one.installation(), one.release(), together, context);
        }
        return Map.of(
                "sha256",
                all.get(all.size() - 1).release().sha256(),
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
        parts.planner().occupied(release, installation.pending()).ifPresent(problems::add);
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

    Map<String, Object> stage(StepContext context) throws OperationException {
        long size = 0;
        for (OperationRows.Wanted one : rows.wanted(context)) {
            parts.artifacts().file(one.release().tenantId(), one.release().digest());
            size += one.release().size();
        }
        return Map.of("size", size);
    }

    Map<String, Object> start(StepContext context) throws OperationException {
        int routes = 0;
        List<OperationRows.Wanted> all = rows.wanted(context);
        for (OperationRows.Wanted one : all) {
            ExtensionRuntime.Running running = parts.director().start(one.release());
            context.log("Started " + running.extensionId() + " with " + running.routes() + " routes");
            routes = running.routes();
        }
        Map<String, Object> kept =
                new LinkedHashMap<>(committing.undo(all.get(all.size() - 1).installation()));
        kept.put("routes", routes);
        return kept;
    }
}
