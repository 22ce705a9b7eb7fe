package org.platformforge.provisioning.command;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.kernel.shell.ShellJson;
import org.platformforge.kernel.shell.TenantCommand;
import org.platformforge.provisioning.domain.ResourceService;
import org.platformforge.provisioning.rest.ResourceViews.DeletionView;
import org.platformforge.provisioning.rest.WireMapper;

@Service
@Command(
        scope = "resource",
        name = "delete",
        description = "Deletes a resource; its record ends when its engine confirms")
public class ResourceDeleteCommand extends TenantCommand {
    @Argument(name = "id", description = "The resource", required = true)
    @Completion(ResourceIdCompleter.class)
    private String id;

    @Option(name = "--cascade", description = "Delete the resources that need it too, before it")
    private boolean cascade;

    @Option(name = "--dry-run", description = "Only show what would be deleted")
    private boolean dryRun;

    @Reference
    private ResourceService resources;

    @Override
    protected void run() {
        DeletionView view = WireMapper.deletion(id, dryRun, resources.delete(caller(), id, cascade, dryRun));
        if (wantsJson()) {
            out().println(ShellJson.text(view));
        } else {
            view.resources().forEach(resource -> out().println(resource + " " + view.status()));
            out().println(id + " is " + view.status());
        }
    }
}
