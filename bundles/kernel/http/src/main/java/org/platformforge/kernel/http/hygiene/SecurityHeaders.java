package org.platformforge.kernel.http.hygiene;

import javax.servlet.http.HttpServletResponse;

/** The headers that keep a browser from doing more with an API answer than reading it. Thread-safe. */
public final class SecurityHeaders {
    private final boolean hsts;

    /** @param hsts whether clients shall insist on HTTPS from now on; only right behind TLS */
    public SecurityHeaders(boolean hsts) {
        this.hsts = hsts;
    }

    /** Set before the resource runs, which may replace any of them. */
    public void apply(HttpServletResponse response) {
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
        response.setHeader("X-Frame-Options", "DENY");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
        if (hsts) {
            response.setHeader("Strict-Transport-Security", "max-age=31536000; includeSubDomains");
        }
    }

    /** For answers to a credential: no cache keeps them, unless the resource says otherwise afterwards. */
    public static void noStore(HttpServletResponse response) {
        response.setHeader("Cache-Control", "no-store");
    }
}
