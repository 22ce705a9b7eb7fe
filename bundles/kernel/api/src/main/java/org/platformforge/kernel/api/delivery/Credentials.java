package org.platformforge.kernel.api.delivery;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.security.Secrets;
import org.platformforge.kernel.api.store.Json;

/**
 * What of a service is secret. Says nothing of itself in {@link #toString()}.
 *
 * @param token of a private repository, or null
 * @param variables of the environment a process gets
 * @param buildVariables of the environment its build gets
 */
public record Credentials(String token, Map<String, String> variables, Map<String, String> buildVariables) {
    public static final Credentials NONE = new Credentials(null, Map.of());

    private static final String TOKEN = "token";
    private static final String VARIABLES = "variables";
    private static final String BUILD_VARIABLES = "build_variables";

    public Credentials {
        variables = Map.copyOf(variables);
        buildVariables = Map.copyOf(buildVariables);
    }

    public Credentials(String token, Map<String, String> variables) {
        this(token, variables, Map.of());
    }

    public boolean isEmpty() {
        return token == null && variables.isEmpty() && buildVariables.isEmpty();
    }

    /**
     * @param purpose the module's
     * @param row what these are of; they open for no other
     * @return text for a column; null when there is nothing to seal
     */
    public String seal(Secrets secrets, String purpose, String row) {
        if (isEmpty()) {
            return null;
        }
        Map<String, Object> values = new LinkedHashMap<>();
        values.put(TOKEN, token);
        values.put(VARIABLES, variables);
        if (!buildVariables.isEmpty()) {
            values.put(BUILD_VARIABLES, buildVariables);
        }
        return secrets.seal(purpose, row, new Json().write(values).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * @param sealed null opens to {@link #NONE}
     * @throws PlatformException {@code NOT_CONFIGURED} when it was sealed with another key, purpose or row
     */
    public static Credentials open(Secrets secrets, String purpose, String row, String sealed) {
        if (sealed == null) {
            return NONE;
        }
        try {
            Map<String, Object> values =
                    new Json().readMap(new String(secrets.open(purpose, row, sealed), StandardCharsets.UTF_8));
            return new Credentials(
                    (String) values.get(TOKEN), texts(values.get(VARIABLES)), texts(values.get(BUILD_VARIABLES)));
        } catch (IllegalArgumentException e) {
            throw PlatformException.of(
                            ErrorKind.NOT_CONFIGURED, "The secrets were sealed with a key that this node does not have")
                    .withCause(e);
        }
    }

    private static Map<String, String> texts(Object map) {
        Map<String, String> texts = new LinkedHashMap<>();
        if (map != null) {
            ((Map<?, ?>) map).forEach((name, value) -> texts.put(name.toString(), value.toString()));
        }
        return texts;
    }

    @Override
    public String toString() {
        return "credentials";
    }
}
