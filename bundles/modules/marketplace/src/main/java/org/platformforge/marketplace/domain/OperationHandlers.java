package org.platformforge.marketplace.domain;

import java.util.ArrayList;
import java.util.List;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.delivery.ArtifactStore;
import org.platformforge.kernel.api.extension.ExtensionRuntime;
import org.platformforge.kernel.api.jobs.OperationHandler;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.marketplace.store.CatalogueRepository;
import org.platformforge.marketplace.store.HistoryTable;
import org.platformforge.marketplace.store.InstallationTable;

/** Registers a handler for each {@link Action}. */
// Immediate: what it registers is used, not itself.
@Component(service = OperationHandlers.class, immediate = true)
public final class OperationHandlers {
    private final List<ServiceRegistration<OperationHandler>> registrations = new ArrayList<>();

    @Activate
    public OperationHandlers(
            BundleContext context,
            @Reference Store store,
            @Reference InstallationTable installations,
            @Reference HistoryTable history,
            @Reference CatalogueRepository releases,
            @Reference CatalogueService catalogue,
            @Reference InstallPlanner planner,
            @Reference ArtifactStore artifacts,
            @Reference RuntimeDirector director,
            @Reference ExtensionRuntime runtime,
            @Reference CanaryFigures figures,
            @Reference Trail trail) {
        ExtensionOperation.Parts parts = new ExtensionOperation.Parts(
                store,
                installations,
                history,
                releases,
                catalogue,
                planner,
                artifacts,
                director,
                runtime,
                figures,
                trail);
        for (Action action : Action.values()) {
            registrations.add(
                    context.registerService(OperationHandler.class, new ExtensionOperation(action, parts), null));
        }
    }

    @Deactivate
    void close() {
        registrations.forEach(ServiceRegistration::unregister);
    }
}
