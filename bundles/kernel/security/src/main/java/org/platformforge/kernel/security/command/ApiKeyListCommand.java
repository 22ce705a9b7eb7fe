package org.platformforge.kernel.security.command;

import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.security.ApiKeys;
import org.platformforge.kernel.api.security.ApiKeys.ApiKey;
import org.platformforge.kernel.shell.TenantCommand;

/** {@code apikey:list} */
@Service
@Command(scope = "apikey", name = "list", description = "Lists the API tokens and keys of a tenant")
public final class ApiKeyListCommand extends TenantCommand {
    @Reference
    ApiKeys keys;

    @Override
    protected void run() {
        Caller caller = caller();
        List<ApiKey> found = all(page -> keys.list(caller, page));
        ShellTable table =
                table("No keys", "Id", "Type", "Name", "Begins with", "Plan", "Roles", "Expires", "Used", "State");
        found.forEach(key -> table.addRow()
                .addContent(
                        key.id(),
                        key.type().name().toLowerCase(Locale.ROOT),
                        key.name(),
                        key.prefix(),
                        key.plan(),
                        String.join(",", new TreeSet<>(key.roles())),
                        key.expiresAt() == null ? "never" : key.expiresAt(),
                        key.lastUsedAt() == null ? "never" : key.lastUsedAt(),
                        key.revokedAt() == null ? "valid" : "revoked"));
        print(found.stream().map(Json::of).toList(), table);
    }
}
