package org.platformforge.provisioning.store;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import org.platformforge.kernel.api.PlatformException;

/** The last row of a page, as the opaque text a client sends back for the next one: newest first, by time and id. */
record Cursor(Instant createdAt, String id) {
    private static final int LONGEST = 200;

    String text() {
        String plain = createdAt + "|" + id;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(plain.getBytes(StandardCharsets.UTF_8));
    }

    static Cursor parse(String text) {
        try {
            String plain = new String(
                    Base64.getUrlDecoder().decode(text.substring(0, Math.min(LONGEST, text.length()))),
                    StandardCharsets.UTF_8);
            int bar = plain.indexOf('|');
            return new Cursor(Instant.parse(plain.substring(0, Math.max(0, bar))), plain.substring(bar + 1));
        } catch (IllegalArgumentException | DateTimeException e) {
            throw PlatformException.invalid("cursor", "is not a cursor of this list");
        }
    }
}
