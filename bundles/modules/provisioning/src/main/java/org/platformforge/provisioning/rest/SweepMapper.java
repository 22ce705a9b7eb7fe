package org.platformforge.provisioning.rest;

import java.util.List;
import java.util.Map;
import org.platformforge.provisioning.domain.EngineSweep.Cleanup;
import org.platformforge.provisioning.domain.EngineSweep.Holding;
import org.platformforge.provisioning.domain.EngineSweep.Removal;
import org.platformforge.provisioning.domain.EngineSweep.Report;
import org.platformforge.provisioning.rest.ProvisionViews.FaultView;
import org.platformforge.provisioning.rest.SweepViews.CleanupView;
import org.platformforge.provisioning.rest.SweepViews.HoldingView;
import org.platformforge.provisioning.rest.SweepViews.MissingView;
import org.platformforge.provisioning.rest.SweepViews.RemovalView;
import org.platformforge.provisioning.rest.SweepViews.SilentEngine;
import org.platformforge.provisioning.rest.SweepViews.SweepView;

/** Sweeps from the domain to the wire. */
public final class SweepMapper {
    private SweepMapper() {}

    /** @param removals null for a rehearsal */
    public static SweepView sweep(Report report, List<Removal> removals) {
        return new SweepView(
                report.sweptAt(),
                removals == null,
                report.asked(),
                silent(report.silent()),
                report.orphans().stream().map(SweepMapper::holding).toList(),
                report.missing().stream()
                        .map(r -> new MissingView(
                                r.id(), r.engine(), r.tenantId(), r.provisionId(), r.service(), r.environment()))
                        .toList(),
                removals == null
                        ? List.of()
                        : removals.stream().map(SweepMapper::removal).toList());
    }

    static CleanupView cleanup(Cleanup cleanup) {
        return cleanup == null
                ? null
                : new CleanupView(
                        cleanup.checkedAt(),
                        cleanup.clean(),
                        cleanup.held().stream().map(SweepMapper::holding).toList(),
                        silent(cleanup.silent()));
    }

    private static HoldingView holding(Holding holding) {
        return new HoldingView(
                holding.resourceId(),
                holding.engine(),
                holding.tenantId(),
                holding.provisionId(),
                holding.description());
    }

    private static RemovalView removal(Removal removal) {
        FaultView error = removal.error() == null
                ? null
                : new FaultView(removal.error().code(), removal.error().message());
        return new RemovalView(removal.orphan().resourceId(), removal.orphan().engine(), error == null, error);
    }

    private static List<SilentEngine> silent(Map<String, String> engines) {
        return engines.entrySet().stream()
                .map(engine -> new SilentEngine(engine.getKey(), engine.getValue()))
                .toList();
    }
}
