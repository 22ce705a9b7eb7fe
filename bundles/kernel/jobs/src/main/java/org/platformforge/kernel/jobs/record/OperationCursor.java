package org.platformforge.kernel.jobs.record;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.jobs.Operation;

/** A place in a list of operations that stays right while new ones are added. */
public record OperationCursor(Instant createdAt, String id) {
    /** No year of more than four digits, no U+0000: there are instants and texts that no database has. */
    private static final Pattern FORM = Pattern.compile("([0-9]{4}-[0-9:.T-]{1,40}Z) ([!-~]{1,128})");

    public static OperationCursor of(Operation last) {
        return new OperationCursor(last.createdAt(), last.id());
    }

    /** @throws PlatformException {@code VALIDATION} for what this platform did not make */
    public static OperationCursor parse(String text) {
        try {
            String plain = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
            Matcher parts = FORM.matcher(plain);
            if (parts.matches()) {
                return new OperationCursor(Instant.parse(parts.group(1)), parts.group(2));
            }
        } catch (IllegalArgumentException | DateTimeException e) {
            // told below, as for every other text that is none
        }
        throw PlatformException.invalid("cursor", "is not a cursor of this list; start without one");
    }

    public String text() {
        byte[] plain = (createdAt + " " + id).getBytes(StandardCharsets.UTF_8);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(plain);
    }
}
