package org.platformforge.kernel.security.command;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.security.Tenants;
import org.platformforge.kernel.api.security.Tenants.Tenant;
import org.platformforge.kernel.shell.TenantCommand;

/** {@code tenant:create} */
@Service
@Command(scope = "tenant", name = "create", description = "Creates a tenant and prints its id")
public final class TenantCreateCommand extends TenantCommand {
    @Argument(name = "name", description = "The tenant's name", required = true)
    String name;

    @Reference
    Tenants tenants;

    @Override
    protected void run() {
        Caller operator = caller();
        operator.require("tenant:create");
        Tenant created = tenants.create(operator, name);
        print(Json.of(created), created.id());
    }
}
