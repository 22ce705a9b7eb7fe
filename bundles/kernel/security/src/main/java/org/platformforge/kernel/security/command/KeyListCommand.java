package org.platformforge.kernel.security.command;

import java.util.List;
import java.util.Locale;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.platformforge.kernel.security.token.SigningKeys;
import org.platformforge.kernel.security.token.SigningKeys.Published;

/** {@code auth:key-list} */
@Service
@Command(scope = "auth", name = "key-list", description = "Lists the keys that access tokens are signed with")
public final class KeyListCommand extends ConsoleAction {
    @Reference
    SigningKeys keys;

    @Override
    void run() {
        caller().require("system:keys");
        show(keys.list());
    }

    private void show(List<Published> published) {
        if (json) {
            print(Json.array(published.stream().map(Json::of).toList()));
            return;
        }
        ShellTable table = new ShellTable();
        table.column("Key id");
        table.column("State");
        table.column("Signs from");
        table.column("Verifies until");
        published.forEach(key -> table.addRow()
                .addContent(
                        key.kid(),
                        key.state().name().toLowerCase(Locale.ROOT),
                        key.signsFrom(),
                        key.verifiesUntil() == null ? "" : key.verifiesUntil()));
        table.print(session.getConsole());
    }
}
