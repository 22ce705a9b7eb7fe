package org.platformforge.kernel.features.command;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.kernel.features.FeatureSetPlan.Action;

/** {@code feature-set:plan} */
@Service
@Command(scope = "feature-set", name = "plan", description = "Says what a change of a feature set would do")
public final class FeatureSetPlanCommand extends FeatureSetAction {
    @Option(name = "--uninstall", description = "Say what uninstalling it would do")
    private boolean uninstall;

    @Option(name = "--upgrade", description = "Say what upgrading it would do")
    private boolean upgrade;

    @Override
    protected void run() {
        Action action = uninstall ? Action.UNINSTALL : Action.INSTALL;
        run(upgrade ? Action.UPGRADE : action, null, true);
    }
}
