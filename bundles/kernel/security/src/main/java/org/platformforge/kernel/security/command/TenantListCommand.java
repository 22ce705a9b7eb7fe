package org.platformforge.kernel.security.command;

import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.platformforge.kernel.api.security.Tenants;
import org.platformforge.kernel.api.security.Tenants.Tenant;
import org.platformforge.kernel.shell.TenantCommand;

/** {@code tenant:list} */
@Service
@Command(scope = "tenant", name = "list", description = "Lists the tenants")
public final class TenantListCommand extends TenantCommand {
    @Reference
    Tenants tenants;

    @Override
    protected void run() {
        caller().require("tenant:read");
        List<Tenant> found = all(tenants::list);
        ShellTable table = table("No tenants", "Id", "Name", "Created");
        found.forEach(each -> table.addRow().addContent(each.id(), each.name(), each.createdAt()));
        print(found.stream().map(Json::of).toList(), table);
    }
}
