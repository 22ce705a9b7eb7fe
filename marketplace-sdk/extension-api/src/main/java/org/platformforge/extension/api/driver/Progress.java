package org.platformforge.extension.api.driver;

import org.osgi.annotation.versioning.ProviderType;

/** How a driver tells what it is doing. Used by the calling thread only. */
@ProviderType
public interface Progress {
    /** A line for the operation's log; no secrets. */
    void log(String line);

    /** Whether the caller has given up: long waits look from time to time and leave by {@link DriverException}. */
    boolean cancelled();
}
