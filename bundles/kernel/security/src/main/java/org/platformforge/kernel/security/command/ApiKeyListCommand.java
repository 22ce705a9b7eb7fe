package org.platformforge.kernel.security.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.security.ApiKeys;
import org.platformforge.kernel.api.security.ApiKeys.ApiKey;

/** {@code apikey:list} */
@Service
@Command(scope = "apikey", name = "list", description = "Lists the API tokens and keys of a tenant")
public final class ApiKeyListCommand extends ConsoleAction {
    private static final List<String> COLUMNS =
            List.of("Id", "Type", "Name", "Begins with", "Plan", "Roles", "Expires", "Used", "State");

    @Reference
    ApiKeys keys;

    @Override
    void run() {
        List<ApiKey> found = all(caller());
        if (json) {
            print(Json.array(found.stream().map(Json::of).toList()));
            return;
        }
        ShellTable table = new ShellTable();
        COLUMNS.forEach(table::column);
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
        table.print(session.getConsole());
    }

    private List<ApiKey> all(Caller caller) {
        List<ApiKey> found = new ArrayList<>();
        PageRequest request = PageRequest.first(PageRequest.MAX_LIMIT);
        while (request != null) {
            Page<ApiKey> page = keys.list(caller, request);
            found.addAll(page.items());
            request = page.nextCursor()
                    .map(cursor -> new PageRequest(PageRequest.MAX_LIMIT, 0, cursor))
                    .orElse(null);
        }
        return found;
    }
}
