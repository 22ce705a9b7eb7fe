package org.platformforge.marketplace.domain;

import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.Ids;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.marketplace.store.InstallationTable;

/**
 * Which extensions a tenant is served by, and in which versions. Each change records what is wanted and submits a durable
 * operation in the same transaction; it touches the caller's tenant and no other. Thread-safe.
 */
@Component(service = InstallationService.class)
public final class InstallationService {
    private final Store store;
    private final InstallationTable installations;
    private final InstallationReader reader;
    private final InstallPlanner planner;
    private final Submissions submissions;
    private final RuntimeDirector director;
    private final Standing standing;

    @Activate
    public InstallationService(
            @Reference Store store,
            @Reference InstallationTable installations,
            @Reference InstallationReader reader,
            @Reference InstallPlanner planner,
            @Reference Submissions submissions,
            @Reference RuntimeDirector director,
            @Reference Standing standing) {
        this.store = store;
        this.installations = installations;
        this.reader = reader;
        this.planner = planner;
        this.submissions = submissions;
        this.director = director;
        this.standing = standing;
    }

    /** What {@link #install} would do, or {@link #upgrade} where the extension is installed. */
    public Proposal plan(Caller caller, String extensionId, InstallPlanner.Wish wish) {
        Installation there = reader.find(caller, extensionId).orElse(null);
        Proposal proposal = there == null || there.current() == null
                ? planner.propose(caller.tenantId(), "plan", extensionId, wish, null)
                : planner.propose(caller.tenantId(), there.id(), extensionId, wish, there.current());
        return proposal.with(store.call(Store.ALL_TENANTS, tx -> standing.told(tx, proposal)));
    }

    /**
     * Installs an extension for the caller's tenant.
     *
     * @throws PlatformException {@code VALIDATION} for the configuration, {@code UNPROCESSABLE} for permissions that were
     *     not accepted, {@code CONFLICT} for everything else that speaks against it
     */
    public Accepted install(Caller caller, String extensionId, InstallPlanner.Wish wish) {
        Installation failed = reader.find(caller, extensionId).orElse(null);
        refuseUnlessFailed(failed);
        String id = failed == null ? Ids.next(Submissions.PREFIX) : failed.id();
        Proposal proposal = planner.propose(caller.tenantId(), id, extensionId, wish, null);
        proposal.require();
        return store.call(caller.tenantId(), tx -> {
            Installation row = failed == null
                    ? submissions.insert(tx, caller, id, proposal)
                    : installations.lock(tx, caller.tenantId(), extensionId).orElseThrow(Conflicts::gone);
            refuseUnlessFailed(failed == null ? null : row);
            return submissions.submit(
                    tx, caller, row.withState(Installation.State.INSTALLING), Action.INSTALL, proposal, Map.of());
        });
    }

    private static void refuseUnlessFailed(Installation there) {
        if (there == null) {
            return;
        }
        Conflicts.refuseBusy(there);
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

    /**
     * Moves the tenant, and nobody else, to a higher version; the settings are carried on. What is disabled stays so: its version
     * may be the reason.
     */
    public Accepted upgrade(Caller caller, String extensionId, InstallPlanner.Wish wish) {
        Installation seen = reader.get(caller, extensionId);
        Conflicts.refuseBusy(seen);
        if (!seen.serves() && seen.state() != Installation.State.DISABLED) {
            throw Conflicts.state(seen, "active or disabled", "upgraded");
        }
        if (seen.pinned() && wish.version() == null) {
            throw PlatformException.of(ErrorKind.CONFLICT, "The installation is pinned; name the version, or unpin it")
                    .withCode("PINNED");
        }
        Proposal proposal = planner.propose(caller.tenantId(), seen.id(), extensionId, wish, seen.current());
        Conflicts.requireHigher(seen, proposal.release());
        proposal.require();
        return store.call(caller.tenantId(), tx -> {
            Installation row = submissions.lock(tx, caller, extensionId);
            Conflicts.refuseBusy(row);
            Conflicts.requireSame(seen, row);
            return submissions.submit(tx, caller, row, Action.UPGRADE, proposal, Map.of());
        });
    }

    /** Back to what served the tenant before, with the settings of then. */
    public Accepted rollback(Caller caller, String extensionId) {
        return submissions.begin(caller, extensionId, Action.ROLLBACK, row -> {
            if (row.previous() == null) {
                throw PlatformException.of(ErrorKind.CONFLICT, "There is no earlier version to go back to")
                        .withCode("NOTHING_TO_ROLL_BACK");
            }
            return row.previous();
        });
    }

    public Accepted enable(Caller caller, String extensionId) {
        return submissions.begin(caller, extensionId, Action.ENABLE, row -> {
            if (row.state() != Installation.State.DISABLED) {
                throw Conflicts.state(row, "disabled", "enabled");
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
        return submissions.begin(caller, extensionId, Action.DISABLE, row -> {
            if (!row.serves()) {
                throw Conflicts.state(row, "active", "disabled");
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
        return submissions.begin(
                caller,
                extensionId,
                Action.UNINSTALL,
                row -> null,
                Map.of(Submissions.DATA, erase ? Submissions.ERASE : "keep"));
    }

    private void refuseNeeded(Caller caller, String extensionId) {
        reader.get(caller, extensionId);
        planner.requireNoDependents(caller.tenantId(), extensionId);
        director.requireNotNeeded(caller.tenantId(), extensionId, null);
    }
}
