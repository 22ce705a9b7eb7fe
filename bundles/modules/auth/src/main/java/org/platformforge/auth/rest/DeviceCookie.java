package org.platformforge.auth.rest;

import org.platformforge.auth.domain.mfa.RememberedDevices.Remembered;

/**
 * What a remembered device keeps. The prefix makes browsers refuse it from other hosts of the domain and over plain HTTP
 * (RFC 6265bis, 4.1.3.2); scripts do not see it, and no other site's page makes a browser send it.
 */
final class DeviceCookie {
    static final String NAME = "__Host-forge-device";

    private DeviceCookie() {}

    /**
     * The value in a {@code Cookie} header, null for none. Read here, because JAX-RS refuses the whole header for one cookie of
     * somebody else that is written wrong.
     */
    static String in(String header) {
        if (header == null) {
            return null;
        }
        for (String cookie : header.split(";")) {
            String[] parts = cookie.strip().split("=", 2);
            if (parts.length == 2 && parts[0].equals(NAME)) {
                return parts[1];
            }
        }
        return null;
    }

    static String of(Remembered device) {
        return NAME + '=' + device.token() + "; Path=/; Max-Age="
                + device.lifetime().toSeconds() + "; Secure; HttpOnly; SameSite=Strict";
    }
}
