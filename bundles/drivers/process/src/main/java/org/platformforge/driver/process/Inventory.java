package org.platformforge.driver.process;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.platformforge.extension.api.driver.Driver.Held;

/**
 * All that is on this host for the applications of one folder, as the host has it: what the supervisor knows, folders that
 * lie on disk, and processes that carry the folder's mark.
 */
final class Inventory {
    private final AppStore store;
    private final Supervisor supervisor;

    Inventory(AppStore store, Supervisor supervisor) {
        this.store = store;
        this.supervisor = supervisor;
    }

    List<Held> all() {
        Map<String, Held> held = new LinkedHashMap<>();
        supervisor.apps().forEach(app -> held.put(app.record().resourceId(), held(app.record())));
        for (String id : store.ids()) {
            held.computeIfAbsent(
                    id,
                    folder -> store.read(folder)
                            .map(Inventory::held)
                            .orElseGet(() -> unknown(folder, "a folder without a record")));
        }
        for (ProcFs.Stat stat :
                ProcFs.withVariable(Launcher.FOLDER_VARIABLE, store.root().toString())) {
            ProcFs.variable(stat.pid(), Launcher.RESOURCE_VARIABLE)
                    .filter(AppStore::isId)
                    .ifPresent(id -> held.computeIfAbsent(id, mark -> unknown(mark, "process " + stat.pid())));
        }
        return new ArrayList<>(held.values());
    }

    private static Held held(AppRecord record) {
        return new Held(
                record.resourceId(),
                record.tenantId(),
                record.provisionId(),
                record.service() + " in " + record.environment());
    }

    private static Held unknown(String id, String description) {
        return new Held(id, "", "", description);
    }
}
