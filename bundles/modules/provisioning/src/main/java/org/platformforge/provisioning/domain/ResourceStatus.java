package org.platformforge.provisioning.domain;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the platform wants of a resource and how far it got; how the resource is at the moment, only its engine knows.
 */
public enum ResourceStatus {
    /** Its engine was asked for it, or is about to be. */
    CREATING,
    ACTIVE,
    /** To be removed, until its engine confirms that it is gone. */
    DELETING;

    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<ResourceStatus> ofWire(String text) {
        return Stream.of(values()).filter(status -> status.wire().equals(text)).findFirst();
    }
}
