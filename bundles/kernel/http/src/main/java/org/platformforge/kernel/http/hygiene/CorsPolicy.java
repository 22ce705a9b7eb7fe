package org.platformforge.kernel.http.hygiene;

import java.util.Set;

/**
 * Which web pages may call the API from a browser.
 *
 * @param origins exact origins such as {@code https://console.example.com}; {@code *} allows every page, without
 *     credentials only; empty switches CORS off
 * @param credentials whether browsers may send cookies and client certificates
 * @param maxAgeSeconds how long a browser may remember a preflight
 */
public record CorsPolicy(Set<String> origins, boolean credentials, long maxAgeSeconds) {
    public CorsPolicy {
        origins = Set.copyOf(origins);
        if (credentials && origins.contains("*")) {
            throw new IllegalArgumentException("CORS with credentials needs exact origins, not *");
        }
    }

    /** No page of another origin may call. */
    public static CorsPolicy none() {
        return new CorsPolicy(Set.of(), false, 0);
    }

    boolean enabled() {
        return !origins.isEmpty();
    }

    boolean allows(String origin) {
        return origin != null && !"null".equals(origin) && (origins.contains("*") || origins.contains(origin));
    }
}
