package org.platformforge.admin.command;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.platformforge.admin.domain.UserAdmin;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.shell.RunsReadOnly;
import org.platformforge.kernel.shell.TenantCommand;

/** {@code role:list} */
@Service
@RunsReadOnly
@Command(scope = "role", name = "list", description = "Lists the roles and what they permit")
public class RoleListCommand extends TenantCommand {
    @Reference
    private UserAdmin users;

    @Override
    protected void run() {
        Caller operator = caller();
        operator.require("user:list");
        Map<String, List<String>> roles = new TreeMap<>();
        users.roles()
                .all()
                .forEach((name, permissions) ->
                        roles.put(name, permissions.stream().sorted().toList()));
        ShellTable table = table("None", "Role", "Permissions");
        roles.forEach((name, permissions) -> table.addRow().addContent(name, String.join(",", permissions)));
        print(roles, table);
    }
}
