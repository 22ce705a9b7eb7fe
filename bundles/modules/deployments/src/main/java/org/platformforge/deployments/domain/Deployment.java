package org.platformforge.deployments.domain;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A deployment as it is recorded. Immutable.
 *
 * @param id a UUID
 * @param spec what was asked for
 * @param sealed token and secret variables, for its own row only; null without
 * @param wanted {@link Status#RUNNING}, {@link Status#STOPPED} or {@link Status#DELETED}
 * @param work what is on its way
 * @param error why the last attempt failed; null when it did not
 * @param seen what its engine said last
 * @param times of its life
 * @param logSequence number of the last line of its log
 * @param revision grows with each change
 */
public record Deployment(
        String tenantId,
        String id,
        String service,
        Spec spec,
        String sealed,
        Status status,
        Status wanted,
        Work work,
        Failure error,
        Seen seen,
        Times times,
        long logSequence,
        int revision,
        String createdBy) {
    /** The one environment of a deployment, for delivery. */
    static final String ENVIRONMENT = "default";

    /**
     * @param ref a tag, branch or commit; null for the default branch
     * @param memory in MB
     * @param disk in GB
     * @param probePath null for the framework's
     * @param runEnv without secrets
     * @param planEnv what its framework adds, as it said of the code that was deployed last
     */
    public record Spec(
            String name,
            Machine machine,
            String framework,
            String repository,
            String ref,
            int cores,
            int memory,
            int disk,
            String probePath,
            Map<String, String> runEnv,
            Map<String, String> buildEnv,
            Map<String, String> planEnv) {
        Spec withRef(String other) {
            return new Spec(
                    name,
                    machine,
                    framework,
                    repository,
                    other,
                    cores,
                    memory,
                    disk,
                    probePath,
                    runEnv,
                    buildEnv,
                    planEnv);
        }

        Spec withPlanEnv(Map<String, String> other) {
            return new Spec(
                    name, machine, framework, repository, ref, cores, memory, disk, probePath, runEnv, buildEnv, other);
        }
    }

    /**
     * @param busy whether anything is on its way
     * @param operationId that prepares a release; null when none ever did
     * @param releaseId the newest; null without
     * @param removalId the operation that takes it down; null without
     * @param leaving resources it takes down
     */
    public record Work(boolean busy, String operationId, String releaseId, String removalId, List<String> leaving) {}

    /** @param code a stable machine name */
    public record Failure(String code, String message) {}

    /** Null for what the engine has not, or not yet. */
    public record Seen(String engine, String url, String ipAddress, String vmId) {
        public static final Seen NOTHING = new Seen(null, null, null, null);
    }

    /**
     * @param requestedAt when the last rollout was asked for
     * @param deployedAt when the release that serves, or served last, was complete
     * @param leadMillis from the request to the end of the last rollout that went well
     */
    public record Times(
            Instant createdAt,
            Instant requestedAt,
            Instant updatedAt,
            Instant deployedAt,
            Instant deletedAt,
            Long leadMillis) {}

    /** A state it was in. */
    public record Change(Status status, Instant at) {}

    Deployment with(Work next) {
        return new Deployment(
                tenantId,
                id,
                service,
                spec,
                sealed,
                status,
                wanted,
                next,
                error,
                seen,
                times,
                logSequence,
                revision,
                createdBy);
    }

    Deployment with(Status nextWanted, Work next) {
        return new Deployment(
                tenantId,
                id,
                service,
                spec,
                sealed,
                status,
                nextWanted,
                next,
                error,
                seen,
                times,
                logSequence,
                revision,
                createdBy);
    }

    Deployment with(Spec next, String nextSealed) {
        return new Deployment(
                tenantId,
                id,
                service,
                next,
                nextSealed,
                status,
                wanted,
                work,
                error,
                seen,
                times,
                logSequence,
                revision,
                createdBy);
    }

    Deployment with(Status next, Failure nextError, Seen nextSeen, Times nextTimes) {
        return new Deployment(
                tenantId,
                id,
                service,
                spec,
                sealed,
                next,
                wanted,
                work,
                nextError,
                nextSeen,
                nextTimes,
                logSequence,
                revision,
                createdBy);
    }

    @Override
    public String toString() {
        return "deployment " + id; // never what is sealed
    }
}
