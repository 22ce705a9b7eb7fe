package org.platformforge.kernel.features;

import java.util.List;
import java.util.Optional;

/**
 * What an operator can install and uninstall as one.
 *
 * @param name such as {@code forge-billing}; licences name it, too
 * @param newest a later version that the platform has an archive of
 * @param requires other sets it cannot be without
 * @param modules symbolic names of its bundles
 */
public record FeatureSet(
        String name,
        String version,
        Optional<String> newest,
        String description,
        State state,
        List<String> requires,
        List<String> modules) {
    /** Whether it is there. */
    public enum State {
        INSTALLED,
        /** It can be installed. */
        AVAILABLE,
        /** Its licence is missing. */
        UNLICENSED
    }
}
