package org.platformforge.kernel.features.command;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.kernel.features.FeatureSetPlan.Action;

/** {@code feature-set:uninstall} */
@Service
@Command(
        scope = "feature-set",
        name = "uninstall",
        description = "Uninstalls a feature set while the platform runs; its data stays")
public final class FeatureSetUninstallCommand extends FeatureSetAction {
    @Option(name = "--dry-run", description = "Only say what it would do")
    private boolean dryRun;

    @Override
    protected void run() {
        run(Action.UNINSTALL, null, dryRun);
    }
}
