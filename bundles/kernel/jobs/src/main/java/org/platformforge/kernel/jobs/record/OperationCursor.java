package org.platformforge.kernel.jobs.record;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.jobs.Operation;

/** A place in a list of operations that stays right while new ones are added. */
public record OperationCursor(Instant createdAt, String id) {
    public static OperationCursor of(Operation last) {
        return new OperationCursor(last.createdAt(), last.id());
    }

    /** @throws PlatformException {@code VALIDATION} for what this platform did not make */
    public static OperationCursor parse(String text) {
        try {
            String plain = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
            int space = plain.indexOf(' ');
            if (space < 0) {
                throw new IllegalArgumentException("No separator");
            }
            return new OperationCursor(Instant.parse(plain.substring(0, space)), plain.substring(space + 1));
        } catch (IllegalArgumentException | DateTimeException e) {
            throw PlatformException.invalid("cursor", "is not a cursor of this list; start without one");
        }
    }

    public String text() {
        byte[] plain = (createdAt + " " + id).getBytes(StandardCharsets.UTF_8);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(plain);
    }
}
