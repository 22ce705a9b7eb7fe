package org.platformforge.kernel.api.delivery;

import java.time.Instant;
import org.platformforge.kernel.api.delivery.DeployRequest.Build;
import org.platformforge.kernel.api.delivery.DeployRequest.Rollout;
import org.platformforge.kernel.api.delivery.DeployRequest.Run;
import org.platformforge.kernel.api.delivery.DeployRequest.Scale;
import org.platformforge.kernel.api.jobs.Operation;

/**
 * Code, configuration and environment of one deployment; immutable but for its status and what is found out of its code.
 *
 * @param id {@code rel-…}
 * @param number counted from 1 for each service in each environment
 * @param version what people call it
 * @param commit what was fetched; null until then
 * @param artifact digest of what runs; null until it is built
 * @param run without its secrets
 * @param rollbackOf number of the release whose code and configuration it repeats, or null
 * @param operationId the durable work that makes it real; its log is the release's
 * @param error why it failed, or null
 * @param createdBy who has asked for it ({@link org.platformforge.kernel.api.Caller#initiator})
 * @param finishedAt when it was active or had failed, or null
 */
public record Release(
        String id,
        String tenantId,
        String service,
        String environment,
        int number,
        String version,
        String repository,
        String ref,
        String commit,
        String artifact,
        Build build,
        Run run,
        Scale scale,
        Rollout rollout,
        Status status,
        Integer rollbackOf,
        String operationId,
        Operation.Failure error,
        String createdBy,
        Instant createdAt,
        Instant finishedAt) {

    public enum Status {
        PENDING,
        /** Its code is being fetched and built. */
        BUILDING,
        /** Its instances are being started and given traffic. */
        DEPLOYING,
        /** It serves. */
        ACTIVE,
        /** It served, and another one does now. */
        SUPERSEDED,
        /** It never served alone; the release before it does. */
        FAILED,
        CANCELLED;

        public boolean running() {
            return this == PENDING || this == BUILDING || this == DEPLOYING;
        }
    }

    /**
     * Whether it could be repeated by what is known of itself: it has served, and its artifact is known. Which of several can be
     * brought back now, with an artifact that is still kept, {@link Delivery#returnable} says.
     */
    public boolean eligibleForRollback() {
        return artifact != null && (status == Status.ACTIVE || status == Status.SUPERSEDED);
    }
}
