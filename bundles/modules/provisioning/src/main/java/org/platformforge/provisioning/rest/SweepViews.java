package org.platformforge.provisioning.rest;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.platformforge.provisioning.rest.ProvisionViews.FaultView;

/** What engines hold against what records name, on the wire. */
public final class SweepViews {
    private SweepViews() {}

    /** @param tenantId null when the engine cannot tell; so is {@code provision_id} */
    public record HoldingView(
            String resourceId, String engine, String tenantId, String provisionId, String description) {}

    public record SilentEngine(String engine, String reason) {}

    public record MissingView(
            String resourceId,
            String engine,
            String tenantId,
            String provisionId,
            String service,
            String environment) {}

    /** @param error null when it is gone */
    public record RemovalView(String resourceId, String engine, boolean removed, FaultView error) {}

    /**
     * @param engines those that told what they hold
     * @param silent those that could not be asked: nothing is known of what they hold
     * @param orphans held, and no record knows it
     * @param missing recorded as active, and its engine holds nothing
     * @param removals what was done about the orphans; empty for a rehearsal
     */
    public record SweepView(
            Instant sweptAt,
            boolean dryRun,
            Set<String> engines,
            List<SilentEngine> silent,
            List<HoldingView> orphans,
            List<MissingView> missing,
            List<RemovalView> removals) {}

    /**
     * What engines hold of one provision at this moment.
     *
     * @param clean whether every engine was asked and none holds anything
     */
    public record CleanupView(Instant checkedAt, boolean clean, List<HoldingView> held, List<SilentEngine> silent) {}
}
