package org.platformforge.marketplace.domain;

import java.util.List;
import java.util.stream.Stream;
import org.platformforge.kernel.api.delivery.ArtifactStore;
import org.platformforge.kernel.api.extension.ExtensionRuntime;
import org.platformforge.kernel.api.jobs.OperationHandler;
import org.platformforge.kernel.api.module.RemovalVeto;
import org.platformforge.kernel.api.security.Callers;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.marketplace.store.CanaryTable;
import org.platformforge.marketplace.store.CatalogueRepository;
import org.platformforge.marketplace.store.HistoryTable;
import org.platformforge.marketplace.store.InstallationTable;

/** What works by itself in the module, at the moment a test wants it to. */
public final class TestDomain {
    private final RuntimeDirector director;
    private final Reconciler reconciler;
    private final CanaryWatch canaries;
    private final PatchUpgrades patches;

    public TestDomain(
            Store store,
            InstallationTable rows,
            HistoryTable history,
            InstallPlanner planner,
            InstallationService installations,
            CanaryService canaryService,
            RuntimeDirector director,
            CanaryFigures figures,
            ExtensionRuntime runtime,
            Callers callers,
            MarketplaceSettings settings) {
        this.director = director;
        reconciler = new Reconciler(store, rows, director, runtime);
        canaries = new CanaryWatch(store, rows, canaryService, figures, director, callers, settings);
        patches = new PatchUpgrades(store, rows, history, planner, installations, callers);
    }

    public static List<OperationHandler> handlers(
            Store store,
            InstallationTable rows,
            HistoryTable history,
            CatalogueRepository releases,
            CatalogueService catalogue,
            InstallPlanner planner,
            ArtifactStore artifacts,
            RuntimeDirector director,
            ExtensionRuntime runtime,
            CanaryFigures figures,
            Trail trail) {
        ExtensionOperation.Parts parts = new ExtensionOperation.Parts(
                store, rows, history, releases, catalogue, planner, artifacts, director, runtime, figures, trail);
        return Stream.of(Action.values())
                .<OperationHandler>map(action -> new ExtensionOperation(action, parts))
                .toList();
    }

    /** Counters of another life begin with another run. */
    public static CanaryFigures figures(Store store, ExtensionRuntime runtime, String run) {
        return new CanaryFigures(store, new CanaryTable(), runtime, run);
    }

    /** Asked before an extension is taken from a tenant. */
    public void veto(RemovalVeto veto) {
        director.vetoes = List.of(veto);
    }

    public void reconcile() {
        reconciler.all();
    }

    public void poll() {
        reconciler.poll();
    }

    public void retry() {
        reconciler.retry();
    }

    public void judgeCanaries() {
        canaries.look();
    }

    public void lookForPatches() {
        patches.look();
    }
}
