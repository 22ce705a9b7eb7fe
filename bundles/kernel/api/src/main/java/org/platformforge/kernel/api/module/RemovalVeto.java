package org.platformforge.kernel.api.module;

import java.util.Optional;
import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Objects to the removal of what something on the platform still needs, such as a driver whose resources would be left
 * without anybody to look after them. An OSGi service; whoever removes a bundle for good, or puts another version in its
 * place, asks all of them first, and so does whoever takes an extension from a tenant. At an update the new version is
 * there already and counts as staying. Thread-safe.
 */
@ConsumerType
public interface RemovalVeto {
    /**
     * @param bundles ids of the bundles that are to go, all at once
     * @return why they must not go now, for a person; empty when nothing stands in the way
     */
    Optional<String> objection(Set<Long> bundles);

    /**
     * @param tenantId who is no longer to be served by the release it has
     * @param extensionId {@code publisher.name}
     * @param successor SHA-256 of the release that is to serve the tenant instead, which runs; null for none
     * @return why it must not be so now, for a person of the tenant; empty when nothing stands in the way
     */
    default Optional<String> objection(String tenantId, String extensionId, String successor) {
        return Optional.empty();
    }
}
