package org.platformforge.deployments.command;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.platformforge.deployments.domain.Deployments;
import org.platformforge.deployments.rest.Views.DetailView;
import org.platformforge.deployments.rest.WireMapper;
import org.platformforge.kernel.shell.RunsReadOnly;
import org.platformforge.kernel.shell.TenantCommand;

@Service
@RunsReadOnly
@Command(scope = "deployment", name = "show", description = "Shows a deployment as it is now")
public class DeploymentShowCommand extends TenantCommand {
    @Argument(name = "deployment", description = "Its id", required = true)
    @Completion(DeploymentIdCompleter.class)
    private String id;

    @Reference
    private Deployments deployments;

    @Override
    protected void run() {
        DetailView shown = WireMapper.detail(deployments.get(caller(), id));
        ShellTable table = table("Nothing", "What", "Value");
        row(table, "Name", shown.name());
        row(table, "Framework", shown.framework());
        row(table, "Repository", shown.githubUrl() + (shown.ref() == null ? "" : "@" + shown.ref()));
        row(table, "Status", shown.status());
        row(table, "Health", shown.health());
        row(table, "Engine", shown.engine());
        row(table, "URL", shown.accessUrl());
        row(
                table,
                "Release",
                shown.release() == null ? null : "v" + shown.release().release());
        row(table, "Error", shown.errorMessage());
        shown.history().forEach(change -> row(table, change.status(), change.at()));
        shown.instances().forEach(one -> row(table, one.id(), one.state() + " " + one.detail()));
        print(shown, table);
    }

    private static void row(ShellTable table, String what, Object value) {
        if (value != null) {
            table.addRow().addContent(what, value);
        }
    }
}
