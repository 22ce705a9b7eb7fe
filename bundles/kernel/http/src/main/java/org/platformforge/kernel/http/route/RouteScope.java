package org.platformforge.kernel.http.route;

import java.util.Optional;
import java.util.regex.Pattern;
import org.platformforge.kernel.api.extension.ExtensionRouting;
import org.platformforge.kernel.api.http.Endpoint;

/**
 * Whose routes they are, and what their paths, permissions and names therefore begin with, so that an extension can claim
 * nothing of the platform's or of another extension's. Immutable.
 *
 * @param extension the extension's id; null for a module of the platform, whose annotations count as they are
 */
public record RouteScope(String extension) {
    public static final RouteScope PLATFORM = new RouteScope(null);

    private static final Pattern ID = Pattern.compile("[a-z][a-z0-9-]{1,39}\\.[a-z][a-z0-9-]{1,39}");

    /** By where the bundle was installed from. */
    public static RouteScope of(String location) {
        if (!location.startsWith(ExtensionRouting.LOCATION)) {
            return PLATFORM;
        }
        String rest = location.substring(ExtensionRouting.LOCATION.length());
        int slash = rest.indexOf('/');
        return new RouteScope(slash < 0 ? rest : rest.substring(0, slash));
    }

    public boolean isExtension() {
        return extension != null;
    }

    /** What keeps anything of this scope from being served; empty when nothing does. */
    public Optional<String> problem() {
        return extension == null || ID.matcher(extension).matches()
                ? Optional.empty()
                : Optional.of("\"" + extension + "\" is no id of an extension");
    }

    /** @param own as the annotations say, starting with a slash */
    public String path(String own) {
        if (extension == null) {
            return own;
        }
        return ExtensionRouting.PATH + extension + (own.equals("/") ? "" : own);
    }

    /** @param own of a module a whole permission, of an extension a verb, or one of the values of {@link Endpoint} */
    public String permission(String own) {
        boolean asItIs = extension == null || own.equals(Endpoint.ANY_CALLER) || own.equals(Endpoint.PUBLIC);
        return asItIs ? own : "extension:" + own + ":" + extension;
    }

    public String operationId(String own) {
        return extension == null ? own : extension + "." + own;
    }

    /** The name of a schema in the OpenAPI document. */
    public String schema(String own) {
        return extension == null ? own : "ext." + extension + "." + own;
    }

    /** A heading in the OpenAPI document. */
    public String tag(String own) {
        return extension == null ? own : extension + ": " + own;
    }
}
