package org.platformforge.kernel.features.command;

import java.util.Locale;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.platformforge.kernel.features.FeatureSetPlan;
import org.platformforge.kernel.features.FeatureSets;
import org.platformforge.kernel.features.rest.FeatureSetViews.PlanView;
import org.platformforge.kernel.shell.OperatorCommand;

/** A command that changes feature sets, or says what it would do. */
abstract class FeatureSetAction extends OperatorCommand {
    @Argument(name = "set", description = "As feature-set:list shows it", required = true)
    @Completion(FeatureSetCompleter.class)
    private String set;

    @Reference
    private FeatureSets sets;

    void run(FeatureSetPlan.Action action, String version, boolean dryRun) {
        FeatureSetPlan plan =
                dryRun ? sets.plan(caller(), set, action, version) : sets.change(caller(), set, action, version);
        StringBuilder text = new StringBuilder();
        String verb = action.name().toLowerCase(Locale.ROOT);
        text.append(
                plan.sets().isEmpty()
                        ? "Nothing to " + verb
                        : (dryRun ? "Would " + verb + " " : verb + (verb.endsWith("e") ? "d " : "ed "))
                                + String.join(", ", plan.sets())
                                + (plan.version() == null ? "" : " to " + plan.version()));
        plan.bundles().forEach(bundle -> text.append("\n  ").append(bundle));
        plan.refreshed().forEach(bundle -> text.append("\n  wired anew: ").append(bundle));
        plan.objections().forEach(objection -> text.append("\n  in the way: ").append(objection));
        print(PlanView.of(plan, dryRun), text.toString());
    }
}
