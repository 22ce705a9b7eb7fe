package org.platformforge.kernel.security.command;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.kernel.api.security.ApiKeys;
import org.platformforge.kernel.api.security.ApiKeys.Created;
import org.platformforge.kernel.shell.TenantCommand;

/** {@code apikey:rotate} */
@Service
@Command(
        scope = "apikey",
        name = "rotate",
        description = "Puts a new API token or key in the place of one, and prints its secret, once")
public final class ApiKeyRotateCommand extends TenantCommand {
    @Argument(name = "id", description = "key_…, as apikey:list shows it", required = true)
    @Completion(ApiKeyCompleter.class)
    String id;

    @Option(name = "--grace", description = "Seconds for which the old secret is accepted, too: 0, or 60 to 604800")
    long grace;

    @Reference
    ApiKeys keys;

    @Override
    protected void run() {
        Created created = keys.rotate(caller(), id, Duration.ofSeconds(grace), null);
        Map<String, Object> view = new LinkedHashMap<>(Json.of(created.key()));
        view.put("secret", created.secret());
        print(view, created.secret());
    }
}
