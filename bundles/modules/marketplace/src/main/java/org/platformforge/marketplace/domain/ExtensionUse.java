package org.platformforge.marketplace.domain;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.extension.ExtensionRuntime;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.marketplace.store.HistoryTable;
import org.platformforge.marketplace.store.InstallationTable;

/** What a tenant does with an extension beside calling its routes: its commands and its data. Thread-safe. */
@Component(service = ExtensionUse.class)
public final class ExtensionUse {
    private final Store store;
    private final InstallationTable installations;
    private final HistoryTable history;
    private final InstallationReader reader;
    private final ExtensionRuntime runtime;
    private final Trail trail;

    @Activate
    public ExtensionUse(
            @Reference Store store,
            @Reference InstallationTable installations,
            @Reference HistoryTable history,
            @Reference InstallationReader reader,
            @Reference ExtensionRuntime runtime,
            @Reference Trail trail) {
        this.store = store;
        this.installations = installations;
        this.history = history;
        this.reader = reader;
        this.runtime = runtime;
        this.trail = trail;
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
        if (reader.find(caller, extensionId).isPresent()) {
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
        Installation found = reader.get(caller, extensionId);
        if (!found.serves()) {
            throw Conflicts.state(found, "active", "used");
        }
        store.run(caller.tenantId(), tx -> {
            Map<String, Object> facts = Trail.facts(found);
            facts.put("command", command);
            trail.note(tx, caller, "extension.run", found.id(), facts);
        });
        return runtime.command(caller.tenantId(), extensionId, command, arguments);
    }
}
