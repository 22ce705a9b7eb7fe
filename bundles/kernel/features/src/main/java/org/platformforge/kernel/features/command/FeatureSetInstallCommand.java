package org.platformforge.kernel.features.command;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.kernel.features.FeatureSetPlan.Action;

/** {@code feature-set:install} */
@Service
@Command(
        scope = "feature-set",
        name = "install",
        description = "Installs a feature set, and what it requires, while the platform runs")
public final class FeatureSetInstallCommand extends FeatureSetAction {
    @Option(name = "--dry-run", description = "Only say what it would do")
    private boolean dryRun;

    @Override
    protected void run() {
        run(Action.INSTALL, null, dryRun);
    }
}
