package org.platformforge.kernel.extension.wall;

import org.osgi.framework.Bundle;
import org.platformforge.kernel.api.extension.ExtensionRouting;

/**
 * Which release of an extension a bundle belongs to, as its location tells.
 *
 * @param release id, version and hash: the same for every bundle of a release
 * @param trial whether it was installed only to see whether it resolves
 */
public record Origin(String extensionId, String release, boolean trial) {
    private static final String TRIAL = "~trial";

    /** Where a release's bundle is installed from. */
    public static String location(String release, String entry) {
        return ExtensionRouting.LOCATION + release + "/" + entry;
    }

    public static String release(String extensionId, String version, String sha256) {
        return extensionId + "/" + version + "/" + sha256;
    }

    /** The same release under another name, so that a trial stands beside what runs. */
    public static String trial(String release, long number) {
        return release + TRIAL + number;
    }

    static boolean isExtension(Bundle bundle) {
        return bundle != null && bundle.getLocation().startsWith(ExtensionRouting.LOCATION);
    }

    /** @return null for a bundle of the platform */
    public static Origin of(Bundle bundle) {
        if (!isExtension(bundle)) {
            return null;
        }
        String rest = bundle.getLocation().substring(ExtensionRouting.LOCATION.length());
        String release = rest.substring(0, endOfRelease(rest));
        int end = release.indexOf('/');
        return new Origin(end < 0 ? release : release.substring(0, end), release, release.contains(TRIAL));
    }

    private static int endOfRelease(String text) {
        int at = -1;
        for (int i = 0; i < 3; i++) {
            at = text.indexOf('/', at + 1);
            if (at < 0) {
                return text.length();
            }
        }
        return at;
    }
}
