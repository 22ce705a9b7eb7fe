package org.platformforge.kernel.api.module;

import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Objects to the removal of a bundle that something on the platform still needs, such as a driver whose resources would be
 * left without anybody to look after them. An OSGi service; whoever removes a bundle for good asks all of them first. An
 * update that keeps the bundle's symbolic name is no removal. Thread-safe.
 */
@ConsumerType
public interface RemovalVeto {
    /**
     * @param symbolicName of the bundle that is to be removed
     * @return why it must not go now, for a person; empty when nothing stands in the way
     */
    Optional<String> objection(String symbolicName);
}
