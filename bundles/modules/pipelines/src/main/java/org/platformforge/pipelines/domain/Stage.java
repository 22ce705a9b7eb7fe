package org.platformforge.pipelines.domain;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.pipelines.definition.StageSpec;
import org.platformforge.pipelines.report.TestReport;

/**
 * A part of a run.
 *
 * @param position counted from 0
 * @param environment of a deployment, null for any other
 * @param resourceId of what an engine makes for it
 * @param attempts how often it was begun
 * @param decision who let it go on or refused it, or null
 * @param releaseId of a deployment that was begun, or null
 * @param artifact digest of what it made or deployed; null for none
 * @param artifactSize in bytes; null where it is not known
 */
public record Stage(
        String runId,
        int position,
        String name,
        StageSpec.Kind kind,
        String environment,
        Status status,
        StageSpec spec,
        String resourceId,
        int attempts,
        Decision decision,
        String releaseId,
        String artifact,
        Long artifactSize,
        TestReport report,
        Operation.Failure error,
        Instant startedAt,
        Instant finishedAt) {

    public enum Status {
        PENDING,
        WAITING_APPROVAL,
        RUNNING,
        SUCCEEDED,
        FAILED,
        CANCELLED,
        REJECTED,
        SKIPPED;

        boolean passed() {
            return this == SUCCEEDED || this == SKIPPED;
        }
    }

    /** @param comment why; empty for nothing */
    public record Decision(boolean approved, String by, String comment, Instant at) {
        public Map<String, Object> toMap() {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("approved", approved);
            map.put("by", by);
            map.put("comment", comment);
            map.put("at", at.toString());
            return map;
        }

        public static Decision of(Map<String, Object> map) {
            return new Decision(
                    Boolean.TRUE.equals(map.get("approved")),
                    (String) map.get("by"),
                    (String) map.get("comment"),
                    Instant.parse((String) map.get("at")));
        }
    }

    boolean approved() {
        return decision != null && decision.approved();
    }

    /** The same with other values where they change. For one thread. */
    static final class Change {
        private final Stage stage;
        Status status;
        int attempts;
        Decision decision;
        String releaseId;
        String artifact;
        Long artifactSize;
        TestReport report;
        Operation.Failure error;
        Instant startedAt;
        Instant finishedAt;

        private Change(Stage stage) {
            this.stage = stage;
            status = stage.status;
            attempts = stage.attempts;
            decision = stage.decision;
            releaseId = stage.releaseId;
            artifact = stage.artifact;
            artifactSize = stage.artifactSize;
            report = stage.report;
            error = stage.error;
            startedAt = stage.startedAt;
            finishedAt = stage.finishedAt;
        }

        Stage done() {
            return new Stage(
                    stage.runId,
                    stage.position,
                    stage.name,
                    stage.kind,
                    stage.environment,
                    status,
                    stage.spec,
                    stage.resourceId,
                    attempts,
                    decision,
                    releaseId,
                    artifact,
                    artifactSize,
                    report,
                    error,
                    startedAt,
                    finishedAt);
        }
    }

    Stage with(Consumer<Change> changes) {
        Change change = new Change(this);
        changes.accept(change);
        return change.done();
    }

    /** As it was before it was ever begun, but for how often. */
    Stage again(Status first) {
        return with(change -> {
            change.status = first;
            change.decision = null;
            change.releaseId = null;
            change.artifact = null;
            change.artifactSize = null;
            change.report = null;
            change.error = null;
            change.startedAt = null;
            change.finishedAt = null;
        });
    }

    Stage ended(Status end, Operation.Failure why, Instant at) {
        return with(change -> {
            change.status = end;
            change.error = why == null ? error : why;
            change.finishedAt = at;
        });
    }
}
