package org.platformforge.kernel.api.delivery;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;

/**
 * Files by the digest of their content: the same content is kept once, and what is handed out is what its name says. A
 * tenant sees what it put there itself and nothing else. What was not used for a while, and what no {@link ArtifactHolder}
 * needs, is removed. Thread-safe.
 */
@ProviderType
public interface Artifacts {
    /**
     * @param digest {@code sha256:} and 64 lower-case hexadecimal digits
     * @param size in bytes
     */
    record Artifact(String digest, long size) {}

    /** Keeps a copy of the file, durably, for every node. The file itself stays the caller's. */
    Artifact put(String tenantId, Path file) throws IOException;

    /**
     * The content as a file on this node, to be read and not to be changed.
     *
     * @throws PlatformException {@code NOT_FOUND} when the tenant has no such artifact
     */
    Path file(String tenantId, String digest);

    /** Whether the tenant has it; asking counts as use, after which it is kept for a while even if nothing holds it. */
    default boolean exists(String tenantId, String digest) {
        try {
            file(tenantId, digest);
            return true;
        } catch (PlatformException e) {
            if (e.kind() == ErrorKind.NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    /**
     * Which of these the tenant has. Many are looked up at once, and looking is no use: unlike {@link #exists} it keeps nothing
     * any longer, and what it tells may be gone in the next moment.
     *
     * @param digests of any number; the tenant has none that is no digest
     * @return those of them that are kept
     */
    Set<String> kept(String tenantId, Collection<String> digests);
}
