package org.platformforge.kernel.features;

import java.util.List;

/**
 * What a change of feature sets does, or would do.
 *
 * @param sets that come or go, in this order
 * @param bundles that come or go, {@code symbolic.name version}
 * @param refreshed other bundles whose wiring changes; a plan with any is refused
 * @param objections what stands in the way, for a person; a plan with any is refused
 */
public record FeatureSetPlan(
        Action action, List<String> sets, List<String> bundles, List<String> refreshed, List<String> objections) {
    /** What is done with a set. */
    public enum Action {
        INSTALL,
        UNINSTALL
    }
}
