package org.platformforge.provisioning.domain;

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
 * Seals secret parameters and outputs for their rows. The row's id is bound into the seal, so that a text copied to
 * another row does not open. Thread-safe.
 */
@Component(service = SecretVault.class)
public final class SecretVault {
    private static final String PURPOSE = "provisioning";

    private final Secrets secrets;
    private final Json json = new Json();

    @Activate
    public SecretVault(@Reference Secrets secrets) {
        this.secrets = secrets;
    }

    /** @return null when there is nothing to seal */
    public String seal(String rowId, Map<String, ?> values) {
        return values.isEmpty()
                ? null
                : secrets.seal(PURPOSE, rowId, json.write(values).getBytes(StandardCharsets.UTF_8));
    }

    /** @param sealed null for nothing */
    public Map<String, Object> open(String rowId, String sealed) {
        if (sealed == null) {
            return Map.of();
        }
        try {
            return json.readMap(new String(secrets.open(PURPOSE, rowId, sealed), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw PlatformException.of(
                            ErrorKind.NOT_CONFIGURED, "The secrets were sealed with a key that this node does not have")
                    .withCause(e);
        }
    }

    /** As {@link #open}, for values that are texts. */
    public Map<String, String> openTexts(String rowId, String sealed) {
        Map<String, String> texts = new LinkedHashMap<>();
        open(rowId, sealed).forEach((name, value) -> texts.put(name, String.valueOf(value)));
        return texts;
    }
}
