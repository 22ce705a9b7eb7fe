package org.platformforge.kernel.features.rest;

import java.util.List;
import java.util.Locale;
import org.platformforge.kernel.features.FeatureSet;
import org.platformforge.kernel.features.FeatureSetPlan;

/** Feature sets as answers and {@code --json} show them. */
public final class FeatureSetViews {
    private FeatureSetViews() {}

    /**
     * @param newest_version null when there is none later than {@code version}
     * @param state {@code installed}, {@code available} or {@code unlicensed}
     */
    public record FeatureSetView(
            String name,
            String version,
            String newest_version,
            String description,
            String state,
            List<String> requires,
            List<String> modules) {
        public static FeatureSetView of(FeatureSet set) {
            return new FeatureSetView(
                    set.name(),
                    set.version(),
                    set.newest().orElse(null),
                    set.description(),
                    set.state().name().toLowerCase(Locale.ROOT),
                    set.requires(),
                    set.modules());
        }
    }

    /** All of them. */
    public record FeatureSetList(List<FeatureSetView> feature_sets, int total) {}

    /**
     * A change.
     *
     * @param action {@code install}, {@code uninstall} or {@code upgrade}
     * @param version for an upgrade, which may also go back; the newest when it is left out
     * @param dry_run whether only the plan is asked for
     */
    public record FeatureSetChange(String feature_set, String action, String version, Boolean dry_run) {}

    /**
     * What a change does.
     *
     * @param version of an upgrade
     * @param dry_run whether nothing was changed
     */
    public record PlanView(
            String action,
            boolean dry_run,
            List<String> feature_sets,
            String version,
            List<String> bundles,
            List<String> refreshed,
            List<String> objections) {
        public static PlanView of(FeatureSetPlan plan, boolean dryRun) {
            return new PlanView(
                    plan.action().name().toLowerCase(Locale.ROOT),
                    dryRun,
                    plan.sets(),
                    plan.version(),
                    plan.bundles(),
                    plan.refreshed(),
                    plan.objections());
        }
    }
}
