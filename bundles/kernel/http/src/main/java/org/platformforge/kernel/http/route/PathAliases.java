package org.platformforge.kernel.http.route;

/**
 * The other names of documented paths: {@code /v1/*} for {@code /api/v1/*}, {@code /api/health} for {@code /health}.
 */
public final class PathAliases {
    private PathAliases() {}

    /** The path as the route table knows it; the path itself when it is no alias. */
    public static String canonical(String path) {
        if (path.startsWith("/v1/")) {
            return "/api".concat(path);
        }
        if (path.startsWith("/api/health") && (path.length() == 11 || path.charAt(11) == '/')) {
            return path.substring(4);
        }
        return path;
    }
}
