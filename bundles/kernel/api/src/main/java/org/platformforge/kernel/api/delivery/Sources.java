package org.platformforge.kernel.api.delivery;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;
import org.platformforge.kernel.api.jobs.OperationException;

/** Gets the files of a commit from a Git repository. Thread-safe. */
@ProviderType
public interface Sources {
    /**
     * @param commit its name, 40 hexadecimal digits
     * @param artifact digest of an archive of the commit's files, as {@link Artifacts} has it; the same files make the
     *     same digest
     * @param size of the archive in bytes
     */
    record Snapshot(String commit, String artifact, long size) {}

    /**
     * Why a repository may not be fetched, in words that follow its name; empty when it may. Only {@code https} at public
     * addresses may, and what the operator has allowed or mapped to a mirror. Asks a name server.
     */
    Optional<String> objection(String repository);

    /**
     * Fetches one commit, without history, and keeps its files as an artifact.
     *
     * @param repository such as {@code https://github.com/owner/repo}; without a scheme it means https
     * @param ref a tag, branch or commit; null for the repository's default branch
     * @param token of a private repository, or null; sent to that repository's host alone, never kept
     * @throws OperationException {@code REPOSITORY_REFUSED}, {@code REF_NOT_FOUND}, {@code REPOSITORY_UNREACHABLE}
     */
    Snapshot snapshot(String tenantId, String repository, String ref, String token)
            throws OperationException, InterruptedException;

    /**
     * The paths of a snapshot's plain files, relative to its root such as {@code src/main.py}, by name; of more than
     * 20,000 the first.
     *
     * @param artifact digest, as {@link Snapshot#artifact()}
     * @throws OperationException {@code ARTIFACT_MISSING}
     */
    List<String> list(String tenantId, String artifact) throws OperationException, InterruptedException;

    /**
     * The content of those of the paths that are there in the snapshot; links are none.
     *
     * @param paths as {@link #list} has them
     * @throws OperationException {@code ARTIFACT_MISSING}; {@code FILE_TOO_LARGE} for one of more than 1 MiB
     */
    Map<String, byte[]> read(String tenantId, String artifact, Set<String> paths)
            throws OperationException, InterruptedException;
}
