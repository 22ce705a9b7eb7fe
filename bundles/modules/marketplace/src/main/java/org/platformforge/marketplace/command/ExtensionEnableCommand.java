package org.platformforge.marketplace.command;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.marketplace.domain.InstallationService;

@Service
@Command(scope = "extension", name = "enable", description = "Serves a tenant by an extension again")
public class ExtensionEnableCommand extends InstallationCommand {
    @Argument(name = "id", description = "The installed extension, publisher.name", required = true)
    @Completion(InstalledIdCompleter.class)
    private String id;

    @Reference
    private InstallationService installations;

    @Override
    protected void run() throws InterruptedException {
        done(installations.enable(caller(), id));
    }
}
