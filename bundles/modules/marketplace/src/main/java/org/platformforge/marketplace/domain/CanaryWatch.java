package org.platformforge.marketplace.domain;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.extension.ExtensionRuntime.Figures;
import org.platformforge.kernel.api.security.Callers;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.marketplace.store.InstallationTable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Withdraws canaries that fail more often than what they stand beside, and promotes good ones where the tenant asked for
 * it. Each node judges, by what all of them answered. Used by one thread.
 */
@Component(service = CanaryWatch.class)
public final class CanaryWatch {
    private static final Logger LOG = LoggerFactory.getLogger(CanaryWatch.class);

    private final Store store;
    private final InstallationTable rows;
    private final CanaryService canaries;
    private final CanaryFigures figures;
    private final RuntimeDirector director;
    private final Callers callers;
    private final MarketplaceSettings settings;

    @Activate
    public CanaryWatch(
            @Reference Store store,
            @Reference InstallationTable rows,
            @Reference CanaryService canaries,
            @Reference CanaryFigures figures,
            @Reference RuntimeDirector director,
            @Reference Callers callers,
            @Reference MarketplaceSettings settings) {
        this.store = store;
        this.rows = rows;
        this.canaries = canaries;
        this.figures = figures;
        this.director = director;
        this.callers = callers;
        this.settings = settings;
    }

    void look() {
        store.call(Store.ALL_TENANTS, rows::withCanary).forEach(this::judge);
    }

    private void judge(Installation installation) {
        figures.keep(installation);
        Optional<Standing.Warning> stop = director.stop(installation.canary());
        if (stop.isPresent()) {
            end(
                    installation,
                    () -> canaries.withdraw(
                            callers.system(installation.tenantId()),
                            installation.extensionId(),
                            stop.get().message()));
            return;
        }
        List<Figures> both = figures.of(installation);
        Figures canary = both.get(1);
        if (canary.calls() < settings.canaryMinCalls()) {
            return;
        }
        double margin = rate(canary) - rate(both.get(0));
        if (margin > settings.canaryErrorMargin()) {
            end(
                    installation,
                    () -> canaries.withdraw(
                            callers.system(installation.tenantId()),
                            installation.extensionId(),
                            reason(canary, margin)));
        } else if (installation.canaryPolicy().promoteAfter() > 0
                && canary.calls() >= installation.canaryPolicy().promoteAfter()) {
            end(
                    installation,
                    () -> canaries.promote(callers.system(installation.tenantId()), installation.extensionId()));
        }
    }

    private static void end(Installation installation, Runnable action) {
        try {
            action.run();
        } catch (PlatformException e) {
            // somebody else was faster; the next look sees what is left
            LOG.debug("The canary of {} was left alone", installation.extensionId(), e);
        }
    }

    /** In percent. */
    private static double rate(Figures figures) {
        return figures.calls() == 0 ? 0 : 100.0 * figures.errors() / figures.calls();
    }

    private static String reason(Figures canary, double margin) {
        return String.format(
                Locale.ROOT,
                "%d of %d calls failed, %.1f percentage points more than before",
                canary.errors(),
                canary.calls(),
                margin);
    }
}
