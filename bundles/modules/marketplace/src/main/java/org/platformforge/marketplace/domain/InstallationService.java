package org.platformforge.marketplace.domain;

import java.io.IOException;
import java.io.OutputStream;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.Ids;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.extension.ExtensionRuntime;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.Operations;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.marketplace.store.CatalogueRepository;
import org.platformforge.marketplace.store.HistoryTable;
import org.platformforge.marketplace.store.InstallationTable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a tenant does with extensions. Each method that has to start or stop something records what is wanted and
 * submits a durable operation in the same transaction; it touches the caller's tenant and no other. Thread-safe.
 */
@Component(service = InstallationService.class)
public final class InstallationService {
    static final String DATA = "data";
    static final String ERASE = "erase";
    /** In an operation's input: extensions that are installed with its own. */
    static final String ALONG = "along";

    private static final Logger LOG = LoggerFactory.getLogger(InstallationService.class);
    private static final String PREFIX = "inst_";
    private static final int MOST_HISTORY = 100;

    private final Store store;
    private final InstallationTable installations;
    private final HistoryTable history;
    private final CatalogueRepository releases;
    private final InstallPlanner planner;
    private final Operations operations;
    private final RuntimeDirector director;
    private final ExtensionRuntime runtime;
    private final MarketplaceSettings settings;
    private final Trail trail;
    private final Standing standing;
    private final CanaryFigures figures;

    public record Accepted(Installation installation, Operation operation) {
        /** Extensions that are installed with it. */
        public List<String> along() {
            return OperationEnd.along(operation);
        }
    }

    /**
     * @param warnings of the version that serves the tenant
     * @param figures of a canary, of all nodes; empty without one
     * @param health as this node sees it; null where it does not run here
     * @param available the highest version it could be moved to now; null when there is none
     * @param running what serves the tenant on this node; null where nothing does
     */
    public record Detail(
            Installation installation,
            String available,
            List<Standing.Warning> warnings,
            List<HistoryEntry> history,
            List<ExtensionRuntime.Figures> figures,
            Map<String, String> commands,
            ExtensionRuntime.Health health,
            ExtensionRuntime.Running running) {}

    @Activate
    public InstallationService(
            @Reference Store store,
            @Reference InstallationTable installations,
            @Reference HistoryTable history,
            @Reference CatalogueRepository releases,
            @Reference InstallPlanner planner,
            @Reference Operations operations,
            @Reference RuntimeDirector director,
            @Reference ExtensionRuntime runtime,
            @Reference MarketplaceSettings settings,
            @Reference Trail trail,
            @Reference Standing standing,
            @Reference CanaryFigures figures) {
        this.store = store;
        this.installations = installations;
        this.history = history;
        this.releases = releases;
        this.planner = planner;
        this.operations = operations;
        this.director = director;
        this.runtime = runtime;
        this.settings = settings;
        this.trail = trail;
        this.standing = standing;
        this.figures = figures;
    }

    public Page<Installation> list(Caller caller, Installation.State state, PageRequest page) {
        return store.call(
                caller.tenantId(),
                tx -> installations.list(tx, caller.tenantId(), state == null ? null : state.name(), page));
    }

    public Optional<Installation> find(Caller caller, String extensionId) {
        return store.call(caller.tenantId(), tx -> installations.find(tx, caller.tenantId(), extensionId));
    }

    public Installation get(Caller caller, String extensionId) {
        return find(caller, extensionId).orElseThrow(() -> PlatformException.notFound("Installation", extensionId));
    }

    /** @param id of an installation, or of the extension. @return the extension's */
    public String extensionOf(Caller caller, String id) {
        if (!id.startsWith(PREFIX)) {
            return id;
        }
        return store.call(caller.tenantId(), tx -> installations.byId(tx, caller.tenantId(), id))
                .map(Installation::extensionId)
                .orElseThrow(() -> PlatformException.notFound("Installation", id));
    }

    public Detail detail(Caller caller, String extensionId) {
        Installation found = get(caller, extensionId);
        List<HistoryEntry> entries =
                store.call(caller.tenantId(), tx -> history.of(tx, caller.tenantId(), extensionId, MOST_HISTORY));
        return new Detail(
                found,
                available(found),
                warnings(List.of(found)).get(found.id()),
                entries,
                figures.of(found),
                found.serves() ? runtime.commands(caller.tenantId(), extensionId) : Map.of(),
                runtime.health(caller.tenantId(), extensionId).orElse(null),
                running(List.of(found)).get(found.id()));
    }

    /** By the installation's id, what serves it on this node. */
    public Map<String, ExtensionRuntime.Running> running(List<Installation> rows) {
        Map<String, ExtensionRuntime.Running> byHash = new HashMap<>();
        runtime.running().forEach(one -> byHash.put(one.sha256(), one));
        Map<String, ExtensionRuntime.Running> byInstallation = new HashMap<>();
        for (Installation row : rows) {
            if (row.serves() && byHash.containsKey(row.current().sha256())) {
                byInstallation.put(row.id(), byHash.get(row.current().sha256()));
            }
        }
        return byInstallation;
    }

    private String available(Installation row) {
        return planner.best(row.tenantId(), row.extensionId(), null)
                .filter(release -> planner.eligibility(release).isEmpty())
                .map(Release::version)
                .filter(version -> row.current() == null
                        || Versions.rank(version) > Versions.rank(row.current().version()))
                .orElse(null);
    }

    /** By the installation's id, what became known of the versions that serve since they were installed. */
    public Map<String, List<Standing.Warning>> warnings(List<Installation> rows) {
        return store.call(Store.ALL_TENANTS, tx -> {
            Map<String, List<Standing.Warning>> byRelease = new HashMap<>();
            Map<String, List<Standing.Warning>> byInstallation = new HashMap<>();
            for (Installation row : rows) {
                Setup setup = row.current();
                byInstallation.put(
                        row.id(),
                        setup == null
                                ? List.of()
                                : byRelease.computeIfAbsent(
                                        setup.releaseId(),
                                        id -> releases.release(tx, id)
                                                .map(release -> standing.of(tx, release))
                                                .orElse(List.of())));
            }
            return byInstallation;
        });
    }

    /** What {@link #install} would do, or {@link #upgrade} where the extension is installed. */
    public Proposal plan(Caller caller, String extensionId, InstallPlanner.Wish wish) {
        Installation there = store.call(
                caller.tenantId(),
                tx -> installations.find(tx, caller.tenantId(), extensionId).orElse(null));
        return there == null || there.current() == null
                ? planner.propose(caller.tenantId(), "plan", extensionId, wish, null)
                : planner.propose(caller.tenantId(), there.id(), extensionId, wish, there.current());
    }

    /**
     * Installs an extension for the caller's tenant.
     *
     * @throws PlatformException {@code VALIDATION} for the configuration, {@code UNPROCESSABLE} for permissions that were
     *     not accepted, {@code CONFLICT} for everything else that speaks against it
     */
    public Accepted install(Caller caller, String extensionId, InstallPlanner.Wish wish) {
        Installation failed = store.call(
                caller.tenantId(),
                tx -> installations.find(tx, caller.tenantId(), extensionId).orElse(null));
        refuseUnlessFailed(failed);
        String id = failed == null ? Ids.next(PREFIX) : failed.id();
        Proposal proposal = planner.propose(caller.tenantId(), id, extensionId, wish, null);
        proposal.require();
        return store.call(caller.tenantId(), tx -> {
            Installation row = failed == null
                    ? insert(tx, caller, id, proposal)
                    : installations.lock(tx, caller.tenantId(), extensionId).orElseThrow(InstallationService::gone);
            refuseUnlessFailed(failed == null ? null : row);
            return submit(tx, caller, row.withState(Installation.State.INSTALLING), Action.INSTALL, proposal, Map.of());
        });
    }

    private static void refuseUnlessFailed(Installation there) {
        if (there == null) {
            return;
        }
        refuseBusy(there);
        if (there.state() != Installation.State.FAILED || there.current() != null) {
            throw PlatformException.of(
                            ErrorKind.CONFLICT,
                            "The extension is installed already"
                                    + (there.current() == null
                                            ? ""
                                            : ", in version " + there.current().version()) + "; upgrade it instead")
                    .withCode("ALREADY_INSTALLED")
                    .withDetail("installation_id", there.id());
        }
    }

    private Installation insert(Transaction tx, Caller caller, String id, Proposal proposal) throws SQLException {
        long count = installations.count(tx, caller.tenantId());
        if (count >= settings.maxInstallations()) {
            throw PlatformException.of(
                            ErrorKind.CONFLICT,
                            "The tenant has " + count + " extensions and may have " + settings.maxInstallations())
                    .withCode("QUOTA_EXCEEDED");
        }
        Installation fresh = Installation.fresh(
                caller.tenantId(), id, proposal.release().extensionId(), proposal.setup(), caller.subject(), tx.now());
        installations.insert(tx, fresh);
        return fresh;
    }

    /**
     * Moves the tenant, and nobody else, to a higher version; the settings are carried on. What is disabled stays so: its version
     * may be the reason.
     */
    public Accepted upgrade(Caller caller, String extensionId, InstallPlanner.Wish wish) {
        Installation seen = get(caller, extensionId);
        refuseBusy(seen);
        if (!seen.serves() && seen.state() != Installation.State.DISABLED) {
            throw state(seen, "active or disabled", "upgraded");
        }
        if (seen.pinned() && wish.version() == null) {
            throw PlatformException.of(ErrorKind.CONFLICT, "The installation is pinned; name the version, or unpin it");
        }
        Proposal proposal = planner.propose(caller.tenantId(), seen.id(), extensionId, wish, seen.current());
        requireHigher(seen, proposal.release());
        proposal.require();
        return store.call(caller.tenantId(), tx -> {
            Installation row = lock(tx, caller, extensionId);
            refuseBusy(row);
            requireSame(seen, row);
            return submit(tx, caller, row, Action.UPGRADE, proposal, Map.of());
        });
    }

    private static void requireHigher(Installation seen, Release release) {
        String current = seen.current().version();
        if (Versions.rank(release.version()) <= Versions.rank(current)) {
            throw PlatformException.of(
                            ErrorKind.CONFLICT,
                            release.version().equals(current)
                                    ? "Version " + current + " is installed already"
                                    : "Version " + release.version() + " is lower than " + current
                                            + ", which is installed; roll back instead")
                    .withCode("NOT_HIGHER");
        }
    }

    /** What a proposal was made for must still be there when it is taken up. */
    private static void requireSame(Installation seen, Installation row) {
        if (row.current() == null || !row.current().equals(seen.current())) {
            throw PlatformException.of(ErrorKind.CONFLICT, "The installation was changed in the meantime");
        }
    }

    /** Back to what served the tenant before, with the settings of then. */
    public Accepted rollback(Caller caller, String extensionId) {
        return begin(caller, extensionId, Action.ROLLBACK, row -> {
            if (row.previous() == null) {
                throw PlatformException.of(ErrorKind.CONFLICT, "There is no earlier version to go back to")
                        .withCode("NOTHING_TO_ROLL_BACK");
            }
            return row.previous();
        });
    }

    public Accepted enable(Caller caller, String extensionId) {
        return begin(caller, extensionId, Action.ENABLE, row -> {
            if (row.state() != Installation.State.DISABLED) {
                throw state(row, "disabled", "enabled");
            }
            return row.current();
        });
    }

    /**
     * @throws PlatformException {@code CONFLICT} while other extensions of the tenant need it, or its engines hold
     *     resources of the tenant
     */
    public Accepted disable(Caller caller, String extensionId) {
        refuseNeeded(caller, extensionId);
        return begin(caller, extensionId, Action.DISABLE, row -> {
            if (!row.serves()) {
                throw state(row, "active", "disabled");
            }
            return null;
        });
    }

    /**
     * Removes it whatever state it is in.
     *
     * @param erase whether its data of the tenant is erased for good; otherwise the next installation finds it again
     * @throws PlatformException {@code CONFLICT} while other extensions of the tenant need it, or its engines hold
     *     resources of the tenant
     */
    public Accepted uninstall(Caller caller, String extensionId, boolean erase) {
        refuseNeeded(caller, extensionId);
        return begin(caller, extensionId, Action.UNINSTALL, row -> null, Map.of(DATA, erase ? ERASE : "keep"));
    }

    private void refuseNeeded(Caller caller, String extensionId) {
        get(caller, extensionId);
        planner.requireNoDependents(caller.tenantId(), extensionId);
        director.requireNotNeeded(caller.tenantId(), extensionId, null);
    }

    /** A second release takes a share of the tenant's requests. @param percent 1 to 99 */
    public Accepted canary(
            Caller caller, String extensionId, InstallPlanner.Wish wish, int percent, long promoteAfter) {
        if (percent < 1 || percent > 99) {
            throw PlatformException.invalid("percent", "must be 1 to 99");
        }
        if (promoteAfter < 0) {
            throw PlatformException.invalid("promote_after", "must not be negative");
        }
        Installation seen = requireServing(caller, extensionId);
        Proposal proposal = planner.propose(caller.tenantId(), seen.id(), extensionId, wish, seen.current());
        requireHigher(seen, proposal.release());
        proposal.require();
        Map<String, Object> more = new LinkedHashMap<>();
        more.put("percent", percent);
        more.put("promote_after", promoteAfter);
        return begin(
                caller,
                extensionId,
                Action.CANARY,
                row -> {
                    requireSame(seen, row);
                    return proposal.setup();
                },
                more);
    }

    public Accepted promote(Caller caller, String extensionId) {
        return begin(caller, extensionId, Action.PROMOTE, row -> requireCanary(row));
    }

    /** @param reason why, for the history; null when a person wants it */
    public Accepted withdraw(Caller caller, String extensionId, String reason) {
        Map<String, Object> more = new LinkedHashMap<>();
        if (reason != null) {
            more.put("reason", reason);
        }
        return begin(
                caller,
                extensionId,
                Action.WITHDRAW,
                row -> {
                    requireCanary(row);
                    return null;
                },
                more);
    }

    private static Setup requireCanary(Installation row) {
        if (row.canary() == null) {
            throw PlatformException.of(ErrorKind.CONFLICT, "The installation has no canary")
                    .withCode("NO_CANARY");
        }
        return row.canary();
    }

    /** @param pinned null to leave it @param autoPatch null to leave it */
    public Installation flags(Caller caller, String extensionId, Boolean pinned, Boolean autoPatch) {
        return store.call(caller.tenantId(), tx -> {
            Installation row = lock(tx, caller, extensionId);
            Installation changed = row.withFlags(
                    pinned == null ? row.pinned() : pinned, autoPatch == null ? row.autoPatch() : autoPatch);
            installations.update(tx, changed);
            Map<String, Object> facts = Trail.facts(changed);
            facts.put("pinned", changed.pinned());
            facts.put("auto_patch", changed.autoPatch());
            trail.note(tx, caller, "extension.update", row.id(), facts);
            return changed;
        });
    }

    /**
     * Replaces settings. Secret ones that are not named stay as they are; a null value takes a setting back.
     *
     * @throws PlatformException {@code VALIDATION} with every wrong setting; {@code CONFLICT} during an operation
     */
    public Installation configure(Caller caller, String extensionId, Map<String, Object> configuration) {
        Installation seen = get(caller, extensionId);
        if (seen.current() == null) {
            throw state(seen, "installed", "configured");
        }
        Release release = store.call(
                Store.ALL_TENANTS,
                tx -> releases.release(tx, seen.current().releaseId()).orElseThrow());
        List<FieldError> fields = new ArrayList<>();
        Setup base = new Setup(
                release.id(),
                release.version(),
                release.sha256(),
                Map.of(),
                seen.current().sealedSecrets(),
                seen.current().secretNames(),
                seen.current().accepted(),
                null);
        Setup setup = planner.setup(
                        seen.id(), release, configuration, seen.current().accepted(), base, fields)
                .in(seen.current().tier());
        if (!fields.isEmpty()) {
            throw PlatformException.invalid("The configuration does not fit the extension", fields);
        }
        Installation changed = store.call(caller.tenantId(), tx -> {
            Installation row = lock(tx, caller, extensionId);
            refuseBusy(row);
            requireSame(seen, row);
            Installation next = row.withCurrent(setup);
            installations.update(tx, next);
            Map<String, Object> facts = Trail.facts(next);
            facts.put("settings", configuration == null ? List.of() : List.copyOf(configuration.keySet()));
            trail.tell(tx, caller, "extension.configured", row.id(), facts);
            return next;
        });
        serve(changed);
        return changed;
    }

    /** The settings are kept whether or not this node can serve by them now: the reconciler tells why, and tries again. */
    private void serve(Installation changed) {
        try {
            director.apply(changed.tenantId(), changed.extensionId());
        } catch (PlatformException e) {
            LOG.debug("{} is not served by its new settings yet", changed.extensionId(), e);
        }
    }

    /** The runtime's view: what the running releases are wired to. */
    public ExtensionRuntime.Plan wiring(Caller caller, String extensionId) {
        Installation found = get(caller, extensionId);
        if (found.current() == null) {
            throw state(found, "installed", "looked into");
        }
        return planner.wiring(found.current().releaseId());
    }

    /**
     * Everything the extension keeps for the tenant, as JSON lines; also what an uninstallation has left.
     *
     * @throws PlatformException {@code NOT_FOUND} when the tenant never had it
     */
    public void export(Caller caller, String extensionId, OutputStream out) throws IOException {
        requireKnown(caller, extensionId);
        runtime.export(caller.tenantId(), extensionId, out);
    }

    /** @throws PlatformException {@code NOT_FOUND} when the tenant never had the extension */
    public void requireKnown(Caller caller, String extensionId) {
        boolean known = store.call(
                caller.tenantId(),
                tx -> installations.find(tx, caller.tenantId(), extensionId).isPresent()
                        || !history.of(tx, caller.tenantId(), extensionId, 1).isEmpty());
        if (!known) {
            throw PlatformException.notFound("Installation", extensionId);
        }
    }

    /**
     * Erases for good what an uninstallation has left.
     *
     * @throws PlatformException {@code NOT_FOUND} when the tenant never had it; {@code CONFLICT} while it is installed
     */
    public void eraseLeft(Caller caller, String extensionId) {
        requireKnown(caller, extensionId);
        if (find(caller, extensionId).isPresent()) {
            throw PlatformException.of(
                            ErrorKind.CONFLICT, "The extension is installed; uninstall it with data=erase instead")
                    .withCode("ALREADY_INSTALLED");
        }
        runtime.erase(caller.tenantId(), extensionId);
        store.run(
                caller.tenantId(),
                tx -> trail.note(
                        tx, caller, "extension.erase", extensionId, Map.of("extension_id", (Object) extensionId)));
    }

    /** Runs a command of the extension. */
    public String run(Caller caller, String extensionId, String command, List<String> arguments) {
        Installation found = get(caller, extensionId);
        if (!found.serves()) {
            throw state(found, "active", "used");
        }
        store.run(caller.tenantId(), tx -> {
            Map<String, Object> facts = Trail.facts(found);
            facts.put("command", command);
            trail.note(tx, caller, "extension.run", found.id(), facts);
        });
        return runtime.command(caller.tenantId(), extensionId, command, arguments);
    }

    private interface Choice {
        /** @return what the operation wants to start, or null */
        Setup of(Installation row);
    }

    private Accepted begin(Caller caller, String extensionId, Action action, Choice choice) {
        return begin(caller, extensionId, action, choice, Map.of());
    }

    private Accepted begin(Caller caller, String extensionId, Action action, Choice choice, Map<String, Object> more) {
        return store.call(caller.tenantId(), tx -> {
            Installation row = lock(tx, caller, extensionId);
            refuseBusy(row);
            if (action != Action.UNINSTALL && row.current() == null) {
                throw state(row, "installed", "changed");
            }
            return submit(tx, caller, row, action, choice.of(row), more);
        });
    }

    /** With everything the proposal brings along, in the one operation: all of it is there in the end, or nothing. */
    private Accepted submit(
            Transaction tx, Caller caller, Installation row, Action action, Proposal proposal, Map<String, Object> more)
            throws SQLException {
        if (proposal.along().isEmpty()) {
            return submit(tx, caller, row, action, proposal.setup(), more);
        }
        List<Installation> along = new ArrayList<>();
        for (Proposal one : proposal.along()) {
            along.add(insert(tx, caller, Ids.next(PREFIX), one));
        }
        Map<String, Object> input = new LinkedHashMap<>(more);
        input.put(ALONG, along.stream().map(Installation::extensionId).toList());
        Accepted accepted = submit(tx, caller, row, action, proposal.setup(), input);
        for (Installation fresh : along) {
            Installation begun = installations
                    .lock(tx, caller.tenantId(), fresh.extensionId())
                    .orElseThrow(InstallationService::gone)
                    .begun(accepted.operation().id(), fresh.pending());
            installations.update(tx, begun);
            Map<String, Object> facts = Trail.facts(begun);
            facts.put("version", fresh.pending().version());
            facts.put("operation_id", accepted.operation().id());
            trail.note(tx, caller, "extension." + Action.INSTALL.wire(), fresh.id(), facts);
        }
        return accepted;
    }

    private Accepted submit(
            Transaction tx, Caller caller, Installation row, Action action, Setup wanted, Map<String, Object> more)
            throws SQLException {
        Map<String, Object> input = new LinkedHashMap<>();
        input.put("action", action.wire());
        input.put("extension_id", row.extensionId());
        input.put("version", wanted == null ? null : wanted.version());
        input.put("from_version", row.current() == null ? null : row.current().version());
        input.putAll(more);
        Operation operation = operations.submit(tx, caller, action.kind(), row.id(), input);
        Installation begun = row.begun(operation.id(), wanted);
        installations.update(tx, begun);
        Map<String, Object> facts = new LinkedHashMap<>(input);
        facts.put("operation_id", operation.id());
        trail.note(tx, caller, "extension." + action.wire(), row.id(), facts);
        return new Accepted(begun, operation);
    }

    private Installation lock(Transaction tx, Caller caller, String extensionId) throws SQLException {
        return installations
                .lock(tx, caller.tenantId(), extensionId)
                .orElseThrow(() -> PlatformException.notFound("Installation", extensionId));
    }

    private Installation requireServing(Caller caller, String extensionId) {
        Installation seen = get(caller, extensionId);
        refuseBusy(seen);
        if (!seen.serves()) {
            throw state(seen, "active", "upgraded");
        }
        return seen;
    }

    private static void refuseBusy(Installation row) {
        if (row.busy()) {
            throw PlatformException.of(ErrorKind.CONFLICT, "Another operation on the installation is under way")
                    .withCode("OPERATION_UNDER_WAY")
                    .withDetail("operation_id", row.operationId());
        }
    }

    private static PlatformException state(Installation row, String needed, String deed) {
        return PlatformException.of(
                        ErrorKind.CONFLICT,
                        "Only what is " + needed + " can be " + deed + "; this installation is "
                                + row.state().wire())
                .withDetail("state", row.state().wire());
    }

    private static PlatformException gone() {
        return PlatformException.of(ErrorKind.CONFLICT, "The installation was removed in the meantime");
    }
}
