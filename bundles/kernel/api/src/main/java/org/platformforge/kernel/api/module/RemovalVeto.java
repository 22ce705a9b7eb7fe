package org.platformforge.kernel.api.module;

import java.util.Optional;
import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Objects to the removal of bundles that something on the platform still needs, such as a driver whose resources would be
 * left without anybody to look after them. An OSGi service; whoever removes a bundle for good, or puts another version in
 * its place, asks all of them first. At an update the new version is there already and counts as staying. Thread-safe.
 */
@ConsumerType
public interface RemovalVeto {
    /**
     * @param bundles ids of the bundles that are to go, all at once
     * @return why they must not go now, for a person; empty when nothing stands in the way
     */
    Optional<String> objection(Set<Long> bundles);
}
