package org.platformforge.catalog.domain;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.catalog.store.Json;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.security.Secrets;

/** What of a service is secret, sealed for its row. Thread-safe. */
@Component(service = Vault.class)
public final class Vault {
    private static final String PURPOSE = "catalog";

    private final Secrets secrets;
    private final Json json = new Json();

    /** @param token of the repository, or null */
    record Content(String token, Map<String, String> variables) {
        static final Content EMPTY = new Content(null, Map.of());

        boolean empty() {
            return token == null && variables.isEmpty();
        }

        @Override
        public String toString() {
            return "secrets";
        }
    }

    @Activate
    public Vault(@Reference Secrets secrets) {
        this.secrets = secrets;
    }

    /** @return null when there is nothing to seal */
    String seal(String row, Content content) {
        if (content.empty()) {
            return null;
        }
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("token", content.token());
        values.put("variables", content.variables());
        return secrets.seal(PURPOSE, row, json.write(values).getBytes(StandardCharsets.UTF_8));
    }

    Content open(String row, String sealed) {
        if (sealed == null) {
            return Content.EMPTY;
        }
        try {
            Map<String, Object> values =
                    json.readMap(new String(secrets.open(PURPOSE, row, sealed), StandardCharsets.UTF_8));
            Map<String, String> variables = new LinkedHashMap<>();
            ((Map<?, ?>) values.get("variables"))
                    .forEach((name, value) -> variables.put(name.toString(), value.toString()));
            return new Content((String) values.get("token"), variables);
        } catch (IllegalArgumentException e) {
            throw PlatformException.of(
                            ErrorKind.NOT_CONFIGURED, "The secrets were sealed with a key that this node does not have")
                    .withCause(e);
        }
    }
}
