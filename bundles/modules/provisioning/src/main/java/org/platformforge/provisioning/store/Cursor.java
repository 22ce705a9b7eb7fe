package org.platformforge.provisioning.store;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.platformforge.kernel.api.PlatformException;

/** The last row of a page, as the opaque text a client sends back for the next one: newest first, by time and id. */
record Cursor(Instant createdAt, String id) {
    private static final int LONGEST = 200;
    /** No year of more than four digits, no U+0000: there are instants and texts that no database has. */
    private static final Pattern FORM = Pattern.compile("([0-9]{4}-[0-9:.T-]{1,40}Z)\\|([!-~]{1,128})");

    String text() {
        String plain = createdAt + "|" + id;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(plain.getBytes(StandardCharsets.UTF_8));
    }

    static Cursor parse(String text) {
        try {
            String plain = new String(
                    Base64.getUrlDecoder().decode(text.substring(0, Math.min(LONGEST, text.length()))),
                    StandardCharsets.UTF_8);
            Matcher parts = FORM.matcher(plain);
            if (parts.matches()) {
                return new Cursor(Instant.parse(parts.group(1)), parts.group(2));
            }
        } catch (IllegalArgumentException | DateTimeException e) {
            // told below, as for every other text that is none
        }
        throw PlatformException.invalid("cursor", "is not a cursor of this list");
    }
}
