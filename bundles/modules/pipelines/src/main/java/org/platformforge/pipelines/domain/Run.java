package org.platformforge.pipelines.domain;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.platformforge.kernel.api.jobs.Operation;

/**
 * One way of a commit through its pipeline.
 *
 * @param id {@code run-…}
 * @param number counted from 1 for each pipeline
 * @param commit what was fetched; null until then
 * @param source digest of the commit's files; null until then
 * @param artifact digest of what is deployed, in every environment the same; null until it is known
 * @param waitsFor the release whose end it waits for, or null
 * @param operations whose logs make up its log, in their order
 * @param cancelledBy who asked for its end, or null
 */
public record Run(
        String tenantId,
        String id,
        String pipelineId,
        int number,
        Status status,
        Cause cause,
        String commit,
        String source,
        String artifact,
        String waitsFor,
        List<String> operations,
        String cancelledBy,
        Operation.Failure error,
        String createdBy,
        Instant createdAt,
        Instant startedAt,
        Instant finishedAt) {

    public enum Status {
        /** Another run of the pipeline is on its way. */
        QUEUED,
        RUNNING,
        /** Somebody has to let its next deployment go on. */
        WAITING_APPROVAL,
        SUCCEEDED,
        FAILED,
        CANCELLED,
        /** Somebody has refused its next deployment. */
        REJECTED;

        public boolean finished() {
            return ordinal() >= SUCCEEDED.ordinal();
        }

        /** Whether a stage of it can be run again. */
        public boolean repeatable() {
            return finished() && this != SUCCEEDED;
        }
    }

    public enum Trigger {
        MANUAL,
        PUSH,
        SCHEDULE
    }

    /** Whether deployments wait, as {@code deploy_immediately} says. */
    public enum Deploy {
        /** As the gates of the pipeline and of its definition say. */
        AS_DEFINED,
        /** {@code true}: who started the run has approved all of its deployments. */
        IMMEDIATELY,
        /** {@code false}: the first deployment waits for an approval, whether or not it has a gate. */
        AFTER_APPROVAL
    }

    /**
     * Why it runs.
     *
     * @param branch what people call what is run; null for the default branch
     * @param ref what is fetched: the branch, or the very commit that was pushed; null for the default branch
     * @param environment the last one it deploys to; null for all
     * @param parameters for the definition's own parameters; texts, numbers, booleans
     * @param note such as the message of the commit
     */
    public record Cause(
            Trigger trigger,
            String branch,
            String ref,
            String environment,
            boolean skipTests,
            Deploy deploy,
            Map<String, Object> parameters,
            String note) {

        public Map<String, Object> toMap() {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("trigger", trigger.name());
            map.put("branch", branch);
            map.put("ref", ref);
            map.put("environment", environment);
            map.put("skip_tests", skipTests);
            map.put("deploy", deploy.name());
            map.put("parameters", parameters);
            map.put("note", note);
            return map;
        }

        public static Cause of(Map<String, Object> map) {
            Map<String, Object> parameters = new LinkedHashMap<>();
            ((Map<?, ?>) map.get("parameters")).forEach((name, value) -> parameters.put(name.toString(), value));
            return new Cause(
                    Trigger.valueOf((String) map.get("trigger")),
                    (String) map.get("branch"),
                    (String) map.get("ref"),
                    (String) map.get("environment"),
                    Boolean.TRUE.equals(map.get("skip_tests")),
                    Deploy.valueOf((String) map.get("deploy")),
                    parameters,
                    (String) map.get("note"));
        }
    }

    /** The same with other values where they change. For one thread. */
    static final class Change {
        private final Run run;
        Status status;
        String commit;
        String source;
        String artifact;
        String waitsFor;
        List<String> operations;
        String cancelledBy;
        Operation.Failure error;
        Instant startedAt;
        Instant finishedAt;

        private Change(Run run) {
            this.run = run;
            status = run.status;
            commit = run.commit;
            source = run.source;
            artifact = run.artifact;
            waitsFor = run.waitsFor;
            operations = run.operations;
            cancelledBy = run.cancelledBy;
            error = run.error;
            startedAt = run.startedAt;
            finishedAt = run.finishedAt;
        }

        Run done() {
            return new Run(
                    run.tenantId,
                    run.id,
                    run.pipelineId,
                    run.number,
                    status,
                    run.cause,
                    commit,
                    source,
                    artifact,
                    waitsFor,
                    operations,
                    cancelledBy,
                    error,
                    run.createdBy,
                    run.createdAt,
                    startedAt,
                    finishedAt);
        }
    }

    Run with(Consumer<Change> changes) {
        Change change = new Change(this);
        changes.accept(change);
        return change.done();
    }
}
