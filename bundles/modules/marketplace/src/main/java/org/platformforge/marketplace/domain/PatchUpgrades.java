package org.platformforge.marketplace.domain;

import java.util.Optional;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.security.Callers;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.marketplace.store.HistoryTable;
import org.platformforge.marketplace.store.InstallationTable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Upgrades installations that want patches by themselves, when the patch asks for no further permission. One that failed
 * is not tried again. Used by one thread.
 */
@Component(service = PatchUpgrades.class)
public final class PatchUpgrades {
    private static final Logger LOG = LoggerFactory.getLogger(PatchUpgrades.class);
    private static final int RECENT = 50;

    private final Store store;
    private final InstallationTable rows;
    private final HistoryTable history;
    private final InstallPlanner planner;
    private final InstallationService installations;
    private final Callers callers;

    @Activate
    public PatchUpgrades(
            @Reference Store store,
            @Reference InstallationTable rows,
            @Reference HistoryTable history,
            @Reference InstallPlanner planner,
            @Reference InstallationService installations,
            @Reference Callers callers) {
        this.store = store;
        this.rows = rows;
        this.history = history;
        this.planner = planner;
        this.installations = installations;
        this.callers = callers;
    }

    void look() {
        store.call(Store.ALL_TENANTS, rows::wantingPatches).forEach(this::upgrade);
    }

    private void upgrade(Installation installation) {
        String current = installation.current().version();
        Optional<Release> patch =
                planner.best(installation.tenantId(), installation.extensionId(), Versions.patches(current));
        if (patch.isEmpty()
                || Versions.rank(patch.get().version()) <= Versions.rank(current)
                || !installation
                        .current()
                        .accepted()
                        .containsAll(patch.get().manifest().permissions())
                || tried(installation, patch.get())) {
            return;
        }
        try {
            installations.upgrade(
                    callers.system(installation.tenantId()),
                    installation.extensionId(),
                    new InstallPlanner.Wish(patch.get().version(), null, Set.of()));
        } catch (PlatformException e) {
            LOG.debug(
                    "{} was not patched to {}",
                    installation.extensionId(),
                    patch.get().version(),
                    e);
        }
    }

    private boolean tried(Installation installation, Release patch) {
        return store.call(
                installation.tenantId(),
                tx -> history.of(tx, installation.tenantId(), installation.extensionId(), RECENT).stream()
                        .anyMatch(entry -> patch.version().equals(entry.toVersion())));
    }
}
