package org.platformforge.marketplace.command;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.marketplace.domain.Accepted;
import org.platformforge.marketplace.domain.InstallPlanner;
import org.platformforge.marketplace.domain.InstallationService;
import org.platformforge.marketplace.domain.Proposal;

@Service
@Command(scope = "extension", name = "upgrade", description = "Moves a tenant to a higher version of an extension")
public class ExtensionUpgradeCommand extends VersionCommand {
    @Argument(name = "id", description = "The installed extension, publisher.name", required = true)
    @Completion(InstalledIdCompleter.class)
    private String id;

    @Reference
    private InstallationService installations;

    @Override
    Proposal planned(InstallPlanner.Wish wish) {
        return installations.plan(caller(), id, wish);
    }

    @Override
    Accepted begun(InstallPlanner.Wish wish) {
        return installations.upgrade(caller(), id, wish);
    }
}
