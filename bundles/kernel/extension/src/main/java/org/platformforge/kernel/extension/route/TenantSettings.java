package org.platformforge.kernel.extension.route;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.platformforge.extension.api.Settings;

/** A tenant's configuration of an extension. Immutable; its secrets show in no text. */
public final class TenantSettings implements Settings {
    /** For calls of tenants that have nothing assigned any more. */
    public static final TenantSettings NONE = new TenantSettings(Map.of(), Map.of());

    /** What is shorter is part of ordinary words. */
    private static final int SHORTEST_SECRET = 4;

    private final Map<String, Object> values;
    private final Map<String, String> secrets;

    public TenantSettings(Map<String, Object> values, Map<String, String> secrets) {
        this.values = values == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(values));
        this.secrets = secrets == null ? Map.of() : Map.copyOf(secrets);
    }

    @Override
    public Map<String, Object> values() {
        return values;
    }

    @Override
    public Optional<String> string(String key) {
        return Optional.ofNullable(values.get(key)).map(String::valueOf);
    }

    @Override
    public Optional<Long> integer(String key) {
        return values.get(key) instanceof Number number ? Optional.of(number.longValue()) : Optional.empty();
    }

    @Override
    public boolean flag(String key) {
        return Boolean.TRUE.equals(values.get(key));
    }

    /** The text without the tenant's secrets, whatever brought them into it. */
    public String redact(String text) {
        String open = text;
        for (String secret : secrets.values()) {
            if (secret.length() >= SHORTEST_SECRET) {
                open = open.replace(secret, "********");
            }
        }
        return open;
    }

    @Override
    public Optional<String> secret(String key) {
        return Optional.ofNullable(secrets.get(key));
    }

    /** For the process of the extension they are meant for. */
    public Map<String, String> secrets() {
        return secrets;
    }
}
