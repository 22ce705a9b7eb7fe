package org.platformforge.pipelines.rest;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.platformforge.pipelines.rest.PipelineRequests.Schedule;

/** What clients get. Times are UTC, sizes bytes, durations seconds; what is not known is left out. */
public final class PipelineViews {
    private PipelineViews() {}

    /**
     * @param webhookPath where GitHub sends pushes to
     * @param webhookSecret what it signs them with; shown this once
     */
    public record CreatedView(
            String pipelineId,
            String serviceName,
            String repository,
            List<String> environments,
            String status,
            String webhookPath,
            String webhookSecret,
            Instant createdAt) {}

    /**
     * @param status of its newest run; {@code idle} before the first
     * @param secrets their names
     * @param hasToken whether it has one for its repository
     */
    public record PipelineView(
            String id,
            String serviceName,
            String repository,
            List<String> environments,
            String status,
            String branch,
            List<String> pushBranches,
            List<String> approvals,
            boolean preventSelfApproval,
            boolean cancelInProgress,
            Schedule schedule,
            Instant nextRunAt,
            String framework,
            List<String> secrets,
            boolean hasToken,
            String webhookPath,
            RunSummary lastRun,
            Instant createdAt,
            Instant updatedAt) {}

    public record PipelineList(List<PipelineView> pipelines, long total, int limit, int offset, String nextCursor) {}

    /** @param webhookSecret shown this once */
    public record SecretView(String pipelineId, String webhookPath, String webhookSecret) {}

    public record RunSummary(
            String id,
            int number,
            String status,
            String branch,
            String commit,
            String artifact,
            Instant createdAt,
            Instant finishedAt) {}

    /**
     * @param trigger {@code manual}, {@code push} or {@code schedule}
     * @param artifact digest of what is deployed, in every environment the same
     * @param waitsFor the stage that waits for an approval, or null
     * @param operations whose logs make up the run's
     */
    public record RunView(
            String id,
            String pipelineId,
            int number,
            String status,
            String trigger,
            String branch,
            String commit,
            String note,
            String environment,
            Map<String, Object> parameters,
            String artifact,
            String waitsFor,
            List<StageView> stages,
            List<String> operations,
            ErrorView error,
            String createdBy,
            String cancelledBy,
            Instant createdAt,
            Instant startedAt,
            Instant finishedAt,
            Double durationSeconds) {}

    public record RunList(List<RunView> runs, long total, int limit, int offset, String nextCursor) {}

    public record FieldView(String field, String message) {}

    public record ErrorView(String code, String message, List<FieldView> fields) {}

    /**
     * @param type {@code checkout}, {@code build}, {@code test}, {@code step} or {@code deploy}
     * @param attempts how often it was begun
     * @param approvalRequired whether its definition asks for one
     */
    public record StageView(
            String name,
            String type,
            String environment,
            String status,
            int attempts,
            boolean approvalRequired,
            DecisionView approval,
            String releaseId,
            ArtifactView artifact,
            TestsView tests,
            ErrorView error,
            Instant startedAt,
            Instant finishedAt,
            Double durationSeconds) {}

    public record DecisionView(boolean approved, String by, String comment, Instant at) {}

    /** @param path where it is downloaded as a tar archive */
    public record ArtifactView(String digest, Long size, String path) {}

    public record ArtifactList(String runId, List<NamedArtifact> artifacts) {}

    public record NamedArtifact(String stage, String digest, Long size, String path) {}

    public record TestsView(int tests, int passed, int failures, int errors, int skipped, double seconds) {}

    /** @param outcome {@code passed}, {@code failed}, {@code error} or {@code skipped} */
    public record CaseView(String suite, String name, String outcome, double seconds, String message) {}

    /**
     * @param cases those that did not pass first
     * @param truncated whether there are more cases than are kept
     * @param unread files that could not be read, each with its reason
     */
    public record ReportView(
            String runId,
            String stage,
            TestsView summary,
            List<CaseView> cases,
            boolean truncated,
            List<String> unread) {}

    /** @param stage null for lines about the whole run */
    public record LineView(long sequence, Instant at, String stage, String text) {}

    /**
     * @param next what to ask for as {@code after} to go on
     * @param complete whether no more lines can come
     */
    public record LogView(String runId, String status, List<LineView> lines, long next, boolean complete) {}

    /**
     * @param status {@code accepted}, {@code duplicate}, {@code ignored} or {@code pong}
     * @param reason why it was ignored
     */
    public record HookView(String status, String runId, String reason) {}
}
