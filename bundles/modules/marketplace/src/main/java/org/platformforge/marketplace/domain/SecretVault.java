package org.platformforge.marketplace.domain;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.security.Secrets;

/**
 * Seals secret settings for their rows. The installation's id is bound into the seal, so that a text copied to another
 * row does not open. Thread-safe.
 */
@Component(service = SecretVault.class)
public final class SecretVault {
    private static final String PURPOSE = "marketplace";

    private final Secrets secrets;
    private final Json json = new Json();

    @Activate
    public SecretVault(@Reference Secrets secrets) {
        this.secrets = secrets;
    }

    /** @return null when there is nothing to seal */
    String seal(String installationId, Map<String, ?> values) {
        return values.isEmpty()
                ? null
                : secrets.seal(PURPOSE, installationId, json.write(values).getBytes(StandardCharsets.UTF_8));
    }

    /** @param sealed null for nothing */
    Map<String, Object> open(String installationId, String sealed) {
        if (sealed == null) {
            return Map.of();
        }
        try {
            return json.readMap(new String(secrets.open(PURPOSE, installationId, sealed), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw PlatformException.of(
                            ErrorKind.NOT_CONFIGURED, "The secrets were sealed with a key that this node does not have")
                    .withCause(e);
        }
    }

    /** As extensions get them: texts as they are, other values as JSON. */
    Map<String, String> openTexts(String installationId, String sealed) {
        Map<String, String> texts = new LinkedHashMap<>();
        open(installationId, sealed)
                .forEach((name, value) -> texts.put(name, value instanceof String text ? text : json.write(value)));
        return texts;
    }
}
