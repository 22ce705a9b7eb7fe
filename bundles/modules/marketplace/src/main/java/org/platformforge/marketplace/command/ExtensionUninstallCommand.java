package org.platformforge.marketplace.command;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.marketplace.domain.InstallationService;

@Service
@Command(scope = "extension", name = "uninstall", description = "Removes an extension from a tenant")
public class ExtensionUninstallCommand extends InstallationCommand {
    @Argument(name = "id", description = "The installed extension, publisher.name", required = true)
    @Completion(InstalledIdCompleter.class)
    private String id;

    @Option(name = "--erase", description = "Erase its data of the tenant for good")
    private boolean erase;

    @Reference
    private InstallationService installations;

    @Override
    protected void run() throws InterruptedException {
        done(installations.uninstall(caller(), id, erase));
    }
}
