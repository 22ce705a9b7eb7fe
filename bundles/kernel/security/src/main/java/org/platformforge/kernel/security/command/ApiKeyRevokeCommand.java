package org.platformforge.kernel.security.command;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.kernel.api.security.ApiKeys;
import org.platformforge.kernel.api.security.ApiKeys.ApiKey;
import org.platformforge.kernel.shell.TenantCommand;

/** {@code apikey:revoke} */
@Service
@Command(scope = "apikey", name = "revoke", description = "Revokes an API token or key at once")
public final class ApiKeyRevokeCommand extends TenantCommand {
    @Argument(name = "id", description = "key_…, as apikey:list shows it", required = true)
    @Completion(ApiKeyCompleter.class)
    String id;

    @Reference
    ApiKeys keys;

    @Override
    protected void run() {
        ApiKey revoked = keys.revoke(caller(), id);
        print(Json.of(revoked), revoked.id() + " revoked at " + revoked.revokedAt());
    }
}
