package org.platformforge.provisioning.domain;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Where a provision is. On the wire in lower case. */
public enum ProvisionStatus {
    IN_PROGRESS,
    /** It failed or was cancelled; what it made is being removed. */
    ROLLING_BACK,
    COMPLETED,
    FAILED,
    CANCELLED,
    /** It was completed, and all of its resources were deleted since. */
    DELETED;

    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    public boolean running() {
        return this == IN_PROGRESS || this == ROLLING_BACK;
    }

    public static Optional<ProvisionStatus> ofWire(String text) {
        return Stream.of(values()).filter(status -> status.wire().equals(text)).findFirst();
    }
}
