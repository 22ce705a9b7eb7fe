package org.platformforge.kernel.features;

import java.util.List;

/**
 * What a change of feature sets does, or would do.
 *
 * @param sets that come, go or change, in this order
 * @param version to which a set is upgraded; null for other changes
 * @param bundles that come, go or change, {@code symbolic.name version} or {@code symbolic.name version -> version}
 * @param refreshed other bundles whose wiring changes; a plan with any is refused
 * @param objections what stands in the way, for a person; a plan with any is refused
 */
public record FeatureSetPlan(
        Action action,
        List<String> sets,
        String version,
        List<String> bundles,
        List<String> refreshed,
        List<String> objections) {
    /** What is done with a set. */
    public enum Action {
        INSTALL,
        UNINSTALL,
        /** Another version of what is installed; an earlier one, too. */
        UPGRADE
    }
}
