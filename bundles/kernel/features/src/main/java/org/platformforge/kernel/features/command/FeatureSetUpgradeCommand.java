package org.platformforge.kernel.features.command;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.kernel.features.FeatureSetPlan.Action;

/** {@code feature-set:upgrade} */
@Service
@Command(
        scope = "feature-set",
        name = "upgrade",
        description = "Brings an installed feature set to another version while the platform runs")
public final class FeatureSetUpgradeCommand extends FeatureSetAction {
    @Option(name = "--version", description = "Which one; the newest when it is left out")
    private String version;

    @Option(name = "--dry-run", description = "Only say what it would do")
    private boolean dryRun;

    @Override
    protected void run() {
        run(Action.UPGRADE, version, dryRun);
    }
}
