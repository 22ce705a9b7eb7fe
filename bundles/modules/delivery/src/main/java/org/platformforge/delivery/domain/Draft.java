package org.platformforge.delivery.domain;

import java.time.Instant;
import java.util.Objects;
import org.platformforge.delivery.store.TargetRow;
import org.platformforge.kernel.api.delivery.DeployRequest;
import org.platformforge.kernel.api.delivery.DeployRequest.Source;
import org.platformforge.kernel.api.delivery.Release;
import org.platformforge.kernel.api.delivery.Release.Status;
import org.platformforge.kernel.api.delivery.Sources.Snapshot;

/**
 * What is to be a release.
 *
 * @param target null of one that is only rehearsed
 * @param commit null before it was fetched
 * @param rollbackOf number of the release it repeats, or null
 */
record Draft(String tenantId, TargetRow target, DeployRequest request, String commit, Integer rollbackOf) {
    /** In place of an artifact that the build is to make. */
    private static final String NOT_BUILT = "sha256:" + "0".repeat(64);

    static Draft of(TargetRow target, DeployRequest request) {
        Snapshot fetched = request.source().fetched();
        return new Draft(target.tenantId(), target, request, fetched == null ? null : fetched.commit(), null);
    }

    /** As it would be with an artifact, for engines to look at before anything is made. */
    static Release rehearsal(String tenantId, DeployRequest request) {
        String artifact = Objects.requireNonNullElse(request.source().artifact(), NOT_BUILT);
        DeployRequest once = new DeployRequest(
                request.service(),
                request.environment(),
                request.version(),
                new Source(null, null, null, artifact),
                request.build(),
                request.run(),
                request.scale(),
                request.rollout());
        return new Draft(tenantId, null, once, null, null).release("rel-0", 0, "op-0", "", Instant.EPOCH);
    }

    Release release(String id, int number, String operationId, String createdBy, Instant at) {
        Source source = request.source();
        String version =
                Objects.requireNonNullElse(request.version(), Objects.requireNonNullElse(source.ref(), "v" + number));
        return new Release(
                id,
                tenantId,
                request.service(),
                request.environment(),
                number,
                version,
                source.repository(),
                source.ref(),
                commit,
                artifact(),
                request.build().withoutSecrets(),
                request.run().withoutSecrets(),
                request.scale(),
                request.rollout(),
                Status.PENDING,
                rollbackOf,
                operationId,
                null,
                createdBy,
                at,
                null);
    }

    /** Digest of what was fetched before; null when nothing was. */
    String fetched() {
        Snapshot fetched = request.source().fetched();
        return fetched == null ? null : fetched.artifact();
    }

    /** Where nothing is to be built, what was fetched is what runs. */
    private String artifact() {
        boolean built = request.source().artifact() != null
                || !request.build().commands().isEmpty();
        return built ? request.source().artifact() : fetched();
    }
}
