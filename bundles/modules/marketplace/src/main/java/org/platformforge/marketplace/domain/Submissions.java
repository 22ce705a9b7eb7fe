package org.platformforge.marketplace.domain;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.Ids;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.Operations;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.marketplace.store.InstallationTable;

/**
 * Records what is wanted of an installation and submits the durable operation that does it, in one transaction.
 * Thread-safe.
 */
@Component(service = Submissions.class)
public final class Submissions {
    static final String DATA = "data";
    static final String ERASE = "erase";
    /** In an operation's input: extensions that are installed with its own. */
    static final String ALONG = "along";

    static final String PREFIX = "inst_";

    private final Store store;
    private final InstallationTable installations;
    private final Operations operations;
    private final MarketplaceSettings settings;
    private final Trail trail;

    @Activate
    public Submissions(
            @Reference Store store,
            @Reference InstallationTable installations,
            @Reference Operations operations,
            @Reference MarketplaceSettings settings,
            @Reference Trail trail) {
        this.store = store;
        this.installations = installations;
        this.operations = operations;
        this.settings = settings;
        this.trail = trail;
    }

    interface Choice {
        /** @return what the operation wants to start, or null */
        Setup of(Installation row);
    }

    Accepted begin(Caller caller, String extensionId, Action action, Choice choice) {
        return begin(caller, extensionId, action, choice, Map.of());
    }

    Accepted begin(Caller caller, String extensionId, Action action, Choice choice, Map<String, Object> more) {
        return store.call(caller.tenantId(), tx -> {
            Installation row = lock(tx, caller, extensionId);
            Conflicts.refuseBusy(row);
            if (action != Action.UNINSTALL && row.current() == null) {
                throw Conflicts.state(row, "installed", "changed");
            }
            return submit(tx, caller, row, action, choice.of(row), more);
        });
    }

    /** With everything the proposal brings along, in the one operation: all of it is there in the end, or nothing. */
    Accepted submit(
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
                    .orElseThrow(Conflicts::gone)
                    .begun(accepted.operation().id(), fresh.pending());
            installations.update(tx, begun);
            Map<String, Object> facts = Trail.facts(begun);
            facts.put("version", fresh.pending().version());
            facts.put("operation_id", accepted.operation().id());
            trail.note(tx, caller, "extension." + Action.INSTALL.wire(), fresh.id(), facts);
        }
        return accepted;
    }

    Accepted submit(
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

    Installation lock(Transaction tx, Caller caller, String extensionId) throws SQLException {
        return installations
                .lock(tx, caller.tenantId(), extensionId)
                .orElseThrow(() -> PlatformException.notFound("Installation", extensionId));
    }

    Installation insert(Transaction tx, Caller caller, String id, Proposal proposal) throws SQLException {
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
}
