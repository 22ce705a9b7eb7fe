package org.platformforge.kernel.features;

import java.util.List;

/**
 * What an operator can install and uninstall as one.
 *
 * @param name such as {@code forge-billing}; licences name it, too
 * @param requires other sets it cannot be without
 * @param modules symbolic names of its bundles
 */
public record FeatureSet(
        String name, String version, String description, State state, List<String> requires, List<String> modules) {
    /** Whether it is there. */
    public enum State {
        INSTALLED,
        /** It can be installed. */
        AVAILABLE,
        /** Its licence is missing. */
        UNLICENSED
    }
}
