package org.platformforge.kernel.features.command;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.kernel.features.FeatureSetPlan.Action;

/** {@code feature-set:plan} */
@Service
@Command(scope = "feature-set", name = "plan", description = "Says what installing a feature set would do")
public final class FeatureSetPlanCommand extends FeatureSetAction {
    @Option(name = "--uninstall", description = "Say what uninstalling it would do")
    private boolean uninstall;

    @Override
    protected void run() {
        run(uninstall ? Action.UNINSTALL : Action.INSTALL, true);
    }
}
