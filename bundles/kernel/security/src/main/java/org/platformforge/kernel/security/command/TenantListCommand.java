package org.platformforge.kernel.security.command;

import java.util.ArrayList;
import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.security.Tenants.Tenant;

/** {@code tenant:list} */
@Service
@Command(scope = "tenant", name = "list", description = "Lists the tenants")
public final class TenantListCommand extends ConsoleAction {
    @Override
    void run() {
        caller().require("tenant:read");
        List<Tenant> found = all();
        if (json) {
            print(Json.array(found.stream().map(Json::of).toList()));
            return;
        }
        ShellTable table = new ShellTable();
        table.column("Id");
        table.column("Name");
        table.column("Created");
        found.forEach(each -> table.addRow().addContent(each.id(), each.name(), each.createdAt()));
        table.print(session.getConsole());
    }

    private List<Tenant> all() {
        List<Tenant> found = new ArrayList<>();
        PageRequest request = PageRequest.first(PageRequest.MAX_LIMIT);
        while (request != null) {
            Page<Tenant> page = tenants.list(request);
            found.addAll(page.items());
            request = page.nextCursor()
                    .map(cursor -> new PageRequest(PageRequest.MAX_LIMIT, 0, cursor))
                    .orElse(null);
        }
        return found;
    }
}
