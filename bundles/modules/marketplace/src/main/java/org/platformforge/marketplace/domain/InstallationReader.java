package org.platformforge.marketplace.domain;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.extension.ExtensionRuntime;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.marketplace.store.CatalogueRepository;
import org.platformforge.marketplace.store.HistoryTable;
import org.platformforge.marketplace.store.InstallationTable;

/** What a tenant has installed, and how it is. Reads only the caller's tenant. Thread-safe. */
@Component(service = InstallationReader.class)
public final class InstallationReader {
    private static final int MOST_HISTORY = 100;

    private final Store store;
    private final InstallationTable installations;
    private final HistoryTable history;
    private final CatalogueRepository releases;
    private final InstallPlanner planner;
    private final ExtensionRuntime runtime;
    private final Standing standing;
    private final CanaryFigures figures;

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
    public InstallationReader(
            @Reference Store store,
            @Reference InstallationTable installations,
            @Reference HistoryTable history,
            @Reference CatalogueRepository releases,
            @Reference InstallPlanner planner,
            @Reference ExtensionRuntime runtime,
            @Reference Standing standing,
            @Reference CanaryFigures figures) {
        this.store = store;
        this.installations = installations;
        this.history = history;
        this.releases = releases;
        this.planner = planner;
        this.runtime = runtime;
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
        if (!id.startsWith(Submissions.PREFIX)) {
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

    /** The runtime's view: what the running releases are wired to. */
    public ExtensionRuntime.Plan wiring(Caller caller, String extensionId) {
        Installation found = get(caller, extensionId);
        if (found.current() == null) {
            throw Conflicts.state(found, "installed", "looked into");
        }
        return planner.wiring(found.current().releaseId());
    }
}
