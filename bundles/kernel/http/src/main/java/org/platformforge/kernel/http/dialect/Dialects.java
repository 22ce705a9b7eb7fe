package org.platformforge.kernel.http.dialect;

import java.util.List;
import java.util.Map;
import org.platformforge.kernel.api.http.Dialect;

/**
 * Guesses the dialect of a path no route answers, so that a client of one document reads an error it understands.
 * Routes
 * themselves state their dialect.
 */
public final class Dialects {
    private static final Map<String, Dialect> FIRST_SEGMENT = Map.ofEntries(
            Map.entry("auth", Dialect.PLATFORM_FORGE),
            Map.entry("admin", Dialect.PLATFORM_FORGE),
            Map.entry("billing", Dialect.PLATFORM_FORGE),
            Map.entry("telemetry", Dialect.PLATFORM_FORGE),
            Map.entry("privacy", Dialect.PLATFORM_FORGE),
            Map.entry("whitelabel", Dialect.PLATFORM_FORGE),
            Map.entry("security", Dialect.PLATFORM_FORGE),
            Map.entry("sso", Dialect.PLATFORM_FORGE),
            Map.entry("performance", Dialect.PLATFORM_FORGE),
            Map.entry("marketplace", Dialect.PLATFORM_FORGE),
            Map.entry("edge", Dialect.PLATFORM_FORGE),
            Map.entry("ext", Dialect.PLATFORM_FORGE),
            Map.entry("infrastructure", Dialect.INFRASTRUCTURE),
            Map.entry("services", Dialect.API_REFERENCE),
            Map.entry("environments", Dialect.API_REFERENCE));
    private static final List<String> PAAS = List.of("frameworks", "deploy", "deployments", "stats");

    private Dialects() {}

    /** Thread-safe; any path is allowed. */
    public static Dialect ofPath(String path) {
        if (path.startsWith("/api/v1/")) {
            return ofVersioned(path.substring("/api/v1/".length()));
        }
        if (path.startsWith("/v1/")) {
            return ofVersioned(path.substring("/v1/".length()));
        }
        boolean paas = path.startsWith("/api/") && PAAS.contains(firstSegment(path.substring("/api/".length())));
        return paas ? Dialect.PAAS : Dialect.PLATFORM_API;
    }

    private static Dialect ofVersioned(String rest) {
        if (isWithin("pipelines", rest) || isWithin("infrastructure/resources", rest)) {
            return Dialect.API_REFERENCE;
        }
        return FIRST_SEGMENT.getOrDefault(firstSegment(rest), Dialect.PLATFORM_API);
    }

    /** Asked for every request, so without a pattern. */
    private static boolean isWithin(String folder, String rest) {
        return rest.startsWith(folder) && (rest.length() == folder.length() || rest.charAt(folder.length()) == '/');
    }

    private static String firstSegment(String rest) {
        int slash = rest.indexOf('/');
        return slash < 0 ? rest : rest.substring(0, slash);
    }
}
