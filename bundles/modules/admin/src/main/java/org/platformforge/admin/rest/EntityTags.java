package org.platformforge.admin.rest;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;

/** Versions as entity tags (RFC 9110, 8.8.3). */
final class EntityTags {
    private static final Pattern VERSION = Pattern.compile("(?:W/)?\"([0-9]{1,18})\"");

    private EntityTags() {}

    static String of(long version) {
        return "\"" + version + '"';
    }

    /**
     * The version a client wants to change.
     *
     * @return null when any will do
     * @throws PlatformException {@code PRECONDITION_FAILED} for a tag that no version has
     */
    static Long expected(String ifMatch) {
        if (ifMatch == null || ifMatch.isBlank() || ifMatch.strip().equals("*")) {
            return null;
        }
        Matcher tag = VERSION.matcher(ifMatch.strip());
        if (!tag.matches()) {
            throw PlatformException.of(
                    ErrorKind.PRECONDITION_FAILED, "If-Match must be the ETag of an earlier answer, such as \"3\"");
        }
        return Long.valueOf(tag.group(1));
    }

    /** The same where a client has to say it; {@code *} says that any will do. @throws PlatformException {@code PRECONDITION_REQUIRED} */
    static Long required(String ifMatch) {
        if (ifMatch == null || ifMatch.isBlank()) {
            throw PlatformException.of(
                    ErrorKind.PRECONDITION_REQUIRED, "Send the ETag of the state that this is to replace as If-Match");
        }
        return expected(ifMatch);
    }
}
