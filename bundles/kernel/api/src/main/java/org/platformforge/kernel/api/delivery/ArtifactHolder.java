package org.platformforge.kernel.api.delivery;

import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A module whose records name artifacts. An OSGi service, for as long as the module can answer from its records. The store
 * of artifacts remembers every name it has ever met and removes nothing while one of them is not there: what a module holds
 * stays while it is stopped. Thread-safe.
 */
@ConsumerType
public interface ArtifactHolder {
    /** The module's, such as {@code delivery}; at most 64 characters, and never another one in a later version. */
    String name();

    /**
     * Which of these artifacts are still needed. Called outside of any transaction. What is thrown keeps everything.
     *
     * @param digests as {@link Artifacts} names them, a few hundred at most
     * @return those of them that are held; others are ignored
     */
    Set<String> held(String tenantId, Set<String> digests) throws Exception;
}
