package org.platformforge.delivery.domain;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.delivery.store.Json;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.security.Secrets;

/** The secrets of releases, sealed; what was sealed for one release opens for no other. Thread-safe. */
@Component(service = Vault.class)
public final class Vault {
    private static final String PURPOSE = "delivery";
    private static final String TOKEN = "token";
    private static final String VARIABLES = "variables";

    private final Secrets secrets;
    private final Json json = new Json();

    /** @param token of the repository, or null */
    record Content(String token, Map<String, String> variables) {
        static final Content EMPTY = new Content(null, Map.of());

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
    String seal(String releaseId, Content content) {
        if (content.token() == null && content.variables().isEmpty()) {
            return null;
        }
        Map<String, Object> values = new LinkedHashMap<>();
        values.put(TOKEN, content.token());
        values.put(VARIABLES, content.variables());
        return secrets.seal(PURPOSE, releaseId, json.write(values).getBytes(StandardCharsets.UTF_8));
    }

    Content open(String releaseId, String sealed) {
        if (sealed == null) {
            return Content.EMPTY;
        }
        try {
            Map<String, Object> values =
                    json.readMap(new String(secrets.open(PURPOSE, releaseId, sealed), StandardCharsets.UTF_8));
            Map<String, String> variables = new LinkedHashMap<>();
            ((Map<?, ?>) values.get(VARIABLES))
                    .forEach((name, value) -> variables.put(name.toString(), value.toString()));
            return new Content((String) values.get(TOKEN), variables);
        } catch (IllegalArgumentException e) {
            throw PlatformException.of(
                            ErrorKind.NOT_CONFIGURED, "The secrets were sealed with a key that this node does not have")
                    .withCause(e);
        }
    }
}
