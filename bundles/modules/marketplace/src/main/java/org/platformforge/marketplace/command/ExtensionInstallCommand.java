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
@Command(scope = "extension", name = "install", description = "Installs an extension for a tenant")
public class ExtensionInstallCommand extends VersionCommand {
    @Argument(name = "id", description = "The extension, publisher.name", required = true)
    @Completion(ExtensionIdCompleter.class)
    private String id;

    @Reference
    private InstallationService installations;

    @Override
    Proposal planned(InstallPlanner.Wish wish) {
        return installations.plan(caller(), id, wish);
    }

    @Override
    Accepted begun(InstallPlanner.Wish wish) {
        return installations.install(caller(), id, wish);
    }
}
