package org.platformforge.kernel.security.command;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.security.ApiKeys;
import org.platformforge.kernel.api.security.ApiKeys.Created;
import org.platformforge.kernel.api.security.ApiKeys.NewApiKey;
import org.platformforge.kernel.shell.TenantCommand;

/** {@code apikey:create} */
@Service
@Command(scope = "apikey", name = "create", description = "Creates an API token or key and prints its secret, once")
public final class ApiKeyCreateCommand extends TenantCommand {
    @Argument(name = "name", description = "What it is for", required = true)
    String name;

    @Option(name = "--type", description = "token (Authorization: Bearer) or key (X-API-Key)")
    @Completion(
            value = StringsCompleter.class,
            values = {"token", "key"})
    String type = "token";

    @Option(name = "--role", description = "A role it has; may be repeated", multiValued = true)
    @Completion(
            value = StringsCompleter.class,
            values = {"operator", "admin", "developer", "viewer"})
    List<String> roles = List.of("developer");

    @Option(name = "--scope", description = "A permission it is narrowed to; may be repeated", multiValued = true)
    List<String> scopes = List.of();

    @Option(name = "--plan", description = "standard or premium")
    @Completion(
            value = StringsCompleter.class,
            values = {"standard", "premium"})
    String plan = "standard";

    @Option(name = "--days", description = "Days until it expires; never when left out")
    Integer days;

    @Reference
    ApiKeys keys;

    @Override
    protected void run() {
        Created created = keys.create(
                caller(), new NewApiKey(type(), name, plan, Set.copyOf(roles), Set.copyOf(scopes), expires()));
        Map<String, Object> view = new LinkedHashMap<>(Json.of(created.key()));
        view.put("secret", created.secret());
        print(view, created.secret());
    }

    private ApiKeys.Type type() {
        return switch (type) {
            case "token" -> ApiKeys.Type.TOKEN;
            case "key" -> ApiKeys.Type.KEY;
            default -> throw PlatformException.invalid("--type", "must be token or key");
        };
    }

    private Instant expires() {
        return days == null ? null : Instant.now().plus(days, ChronoUnit.DAYS);
    }
}
