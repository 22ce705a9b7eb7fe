package org.platformforge.marketplace.domain;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.framework.Version;
import org.osgi.framework.VersionRange;

/**
 * Versions {@code x.y.z} and ranges of them: {@code 1.2.3} exactly, OSGi's {@code [1.2,2)}, {@code ^1.2.3} (until the next
 * breaking version) and {@code ~1.2.3} (patches only). Stateless.
 */
public final class Versions {
    private static final Pattern VERSION =
            Pattern.compile("(0|[1-9][0-9]{0,5})\\.(0|[1-9][0-9]{0,5})\\.(0|[1-9][0-9]{0,5})");
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
        if (text == null || text.isBlank() || text.length() > 100) {
            return Optional.empty();
        }
        String range = text.trim();
        try {
            char first = range.charAt(0);
            if (first == '^' || first == '~') {
                String base = range.substring(1);
                return isVersion(base) ? Optional.of(from(of(base), first == '^')) : Optional.empty();
            }
            if (first == '[' || first == '(') {
                return Optional.of(VersionRange.valueOf(range));
            }
            return isVersion(range) ? Optional.of(exactly(of(range))) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Patches of the version. */
    public static VersionRange patches(String version) {
        return from(of(version), false);
    }

    private static VersionRange exactly(Version version) {
        return new VersionRange(VersionRange.LEFT_CLOSED, version, version, VersionRange.RIGHT_CLOSED);
    }

    private static VersionRange from(Version version, boolean minors) {
        Version end;
        if (!minors || version.getMajor() == 0 && version.getMinor() > 0) {
            end = new Version(version.getMajor(), version.getMinor() + 1, 0);
        } else if (version.getMajor() > 0) {
            end = new Version(version.getMajor() + 1, 0, 0);
        } else {
            end = new Version(0, 0, version.getMicro() + 1);
        }
        return new VersionRange(VersionRange.LEFT_CLOSED, version, end, VersionRange.RIGHT_OPEN);
    }
}
