package org.platformforge.kernel.security.command;

import java.util.List;
import java.util.Locale;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.platformforge.kernel.security.token.SigningKeys;
import org.platformforge.kernel.security.token.SigningKeys.Published;
import org.platformforge.kernel.shell.TenantCommand;

/** {@code auth:key-list} */
@Service
@Command(scope = "auth", name = "key-list", description = "Lists the keys that access tokens are signed with")
public final class KeyListCommand extends TenantCommand {
    @Reference
    SigningKeys keys;

    @Override
    protected void run() {
        caller().require("system:keys");
        List<Published> published = keys.list();
        ShellTable table = table("No keys", "Key id", "State", "Signs from", "Verifies until");
        published.forEach(key -> table.addRow()
                .addContent(
                        key.kid(),
                        key.state().name().toLowerCase(Locale.ROOT),
                        key.signsFrom(),
                        key.verifiesUntil() == null ? "" : key.verifiesUntil()));
        print(published.stream().map(Json::of).toList(), table);
    }
}
