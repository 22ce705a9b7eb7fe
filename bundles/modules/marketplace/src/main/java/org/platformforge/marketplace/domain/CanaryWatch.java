package org.platformforge.marketplace.domain;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.extension.ExtensionRuntime;
import org.platformforge.kernel.api.extension.ExtensionRuntime.Figures;
import org.platformforge.kernel.api.security.Callers;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.marketplace.store.InstallationTable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Withdraws canaries that fail more often than what they stand beside, and promotes good ones where the tenant asked for
 * it. Each node judges by what it answered itself. Used by one thread.
 */
@Component(service = CanaryWatch.class)
public final class CanaryWatch {
    private static final Logger LOG = LoggerFactory.getLogger(CanaryWatch.class);

    private final Store store;
    private final InstallationTable rows;
    private final InstallationService installations;
    private final ExtensionRuntime runtime;
    private final Callers callers;
    private final MarketplaceSettings settings;

    @Activate
    public CanaryWatch(
            @Reference Store store,
            @Reference InstallationTable rows,
            @Reference InstallationService installations,
            @Reference ExtensionRuntime runtime,
            @Reference Callers callers,
            @Reference MarketplaceSettings settings) {
        this.store = store;
        this.rows = rows;
        this.installations = installations;
        this.runtime = runtime;
        this.callers = callers;
        this.settings = settings;
    }

    void look() {
        store.call(Store.ALL_TENANTS, rows::withCanary).forEach(this::judge);
    }

    private void judge(Installation installation) {
        List<Figures> figures = runtime.figures(installation.tenantId(), installation.extensionId());
        Optional<Figures> stable = of(figures, installation.current());
        Optional<Figures> canary = of(figures, installation.canary());
        if (canary.isEmpty() || canary.get().calls() < settings.canaryMinCalls()) {
            return;
        }
        try {
            double margin = rate(canary.get()) - stable.map(CanaryWatch::rate).orElse(0.0);
            if (margin > settings.canaryErrorMargin()) {
                installations.withdraw(
                        callers.system(installation.tenantId()),
                        installation.extensionId(),
                        reason(canary.get(), margin));
            } else if (installation.canaryPolicy().promoteAfter() > 0
                    && canary.get().calls() >= installation.canaryPolicy().promoteAfter()) {
                installations.promote(callers.system(installation.tenantId()), installation.extensionId());
            }
        } catch (PlatformException e) {
            // somebody else was faster; the next look sees what is left
            LOG.debug("The canary of {} was left alone", installation.extensionId(), e);
        }
    }

    private static Optional<Figures> of(List<Figures> figures, Setup setup) {
        return figures.stream()
                .filter(candidate -> candidate.sha256().equals(setup.sha256()))
                .findFirst();
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

    static List<Map<String, Object>> toMaps(List<Figures> figures) {
        return figures.stream().map(CanaryWatch::toMap).toList();
    }

    private static Map<String, Object> toMap(Figures figures) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("version", figures.version());
        map.put("calls", figures.calls());
        map.put("errors", figures.errors());
        map.put("mean_ms", figures.calls() == 0 ? 0 : figures.nanos() / 1e6 / figures.calls());
        return map;
    }
}
