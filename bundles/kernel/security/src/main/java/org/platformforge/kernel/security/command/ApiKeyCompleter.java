package org.platformforge.kernel.security.command;

import java.util.stream.Stream;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.security.ApiKeys;
import org.platformforge.kernel.api.security.ApiKeys.ApiKey;
import org.platformforge.kernel.shell.IdCompleter;

/** Completes the id of an API key that is not revoked. */
@Service
public final class ApiKeyCompleter extends IdCompleter {
    @Reference
    ApiKeys keys;

    @Override
    protected Stream<String> ids(Caller operator) {
        return keys.list(operator, MOST).items().stream()
                .filter(key -> key.revokedAt() == null)
                .map(ApiKey::id);
    }
}
