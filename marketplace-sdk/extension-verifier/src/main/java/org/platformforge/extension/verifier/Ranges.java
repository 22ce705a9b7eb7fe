package org.platformforge.extension.verifier;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.framework.Version;
import org.osgi.framework.VersionRange;

/**
 * Versions and ranges of versions as people write them. A version is {@code x.y.z}, three numbers and nothing else. A range is
 * {@code 1.2.3} (exactly this), {@code [1.2,2)} (OSGi), {@code ^1.2.3} (up to the next major version, below 1.0.0 the next minor
 * one) or {@code ~1.2.3} (up to the next minor version).
 */
public final class Ranges {
    private static final String NUMBER = "(?:0|[1-9][0-9]{0,8})";
    private static final Pattern VERSION = Pattern.compile(NUMBER + "\\." + NUMBER + "\\." + NUMBER);
    private static final String PARTIAL = "(" + NUMBER + "(?:\\." + NUMBER + "){0,2})";
    private static final Pattern PREFIXED = Pattern.compile("([\\^~])" + PARTIAL);
    private static final Pattern INTERVAL = Pattern.compile("([\\[(])" + PARTIAL + "," + PARTIAL + "([\\])])");

    private Ranges() {}

    /** @return empty when it is no version of the form {@code x.y.z} */
    public static Optional<Version> version(String text) {
        return VERSION.matcher(text).matches() ? Optional.of(Version.parseVersion(text)) : Optional.empty();
    }

    /** @return empty when it is no range, or one that holds no version */
    public static Optional<VersionRange> range(String text) {
        Optional<Version> exact = version(text);
        if (exact.isPresent()) {
            return exact.map(one -> new VersionRange('[', one, one, ']'));
        }
        Matcher prefixed = PREFIXED.matcher(text);
        if (prefixed.matches()) {
            Version low = Version.parseVersion(prefixed.group(2));
            boolean major = prefixed.group(1).equals("^") && low.getMajor() > 0;
            Version high =
                    major ? new Version(low.getMajor() + 1, 0, 0) : new Version(low.getMajor(), low.getMinor() + 1, 0);
            return Optional.of(new VersionRange('[', low, high, ')'));
        }
        Matcher interval = INTERVAL.matcher(text);
        if (!interval.matches()) {
            return Optional.empty();
        }
        return Optional.of(new VersionRange(
                        interval.group(1).charAt(0),
                        Version.parseVersion(interval.group(2)),
                        Version.parseVersion(interval.group(3)),
                        interval.group(4).charAt(0)))
                .filter(range -> !range.isEmpty());
    }
}
