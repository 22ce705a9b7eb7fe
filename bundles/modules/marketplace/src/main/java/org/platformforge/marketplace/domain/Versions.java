package org.platformforge.marketplace.domain;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.framework.Version;
import org.osgi.framework.VersionRange;
import org.platformforge.extension.verifier.Ranges;

/**
 * Versions {@code x.y.z} and ranges of them: {@code 1.2.3} exactly, OSGi's {@code [1.2,2)}, {@code ^1.2.3} (until the next
 * breaking version) and {@code ~1.2.3} (patches only). Stateless.
 */
public final class Versions {
    private static final Pattern VERSION =
            Pattern.compile("(0|[1-9][0-9]{0,5})\\.(0|[1-9][0-9]{0,5})\\.(0|[1-9][0-9]{0,5})");
    private static final int LONGEST = 100;
    private static final long PART = 1_000_000L;

    private Versions() {}

    public static boolean isVersion(String text) {
        return text != null && VERSION.matcher(text).matches();
    }

    /** @param text a version */
    public static Version of(String text) {
        return Version.parseVersion(text);
    }

    /** A number that orders versions as {@link Version} does. */
    public static long rank(String text) {
        Matcher parts = VERSION.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException(text + " is not a version");
        }
        return (Long.parseLong(parts.group(1)) * PART + Long.parseLong(parts.group(2))) * PART
                + Long.parseLong(parts.group(3));
    }

    /** @return empty when the text is no range */
    public static Optional<VersionRange> range(String text) {
        return text == null || text.length() > LONGEST ? Optional.empty() : Ranges.range(text.strip());
    }

    /** Patches of the version. */
    public static VersionRange patches(String version) {
        return Ranges.range("~" + version).orElseThrow();
    }
}
