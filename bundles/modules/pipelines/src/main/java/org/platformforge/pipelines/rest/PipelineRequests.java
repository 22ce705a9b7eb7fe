package org.platformforge.pipelines.rest;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;
import java.util.Map;
import org.platformforge.pipelines.domain.PipelineDraft;
import org.platformforge.pipelines.domain.RunService.Order;

/** What clients send. */
public final class PipelineRequests {
    private PipelineRequests() {}

    /**
     * @param cron five fields: minute, hour, day of month, month, day of week
     * @param timeZone such as {@code Europe/Berlin}; UTC unless said
     */
    public record Schedule(String cron, String timeZone) {}

    /**
     * Document 000, "Create Pipeline": its first three fields; the others may be left out.
     *
     * @param environments in the order of promotion
     * @param branch what is run unless somebody says another one; the repository's default branch unless said
     * @param pushBranches branches whose pushes start a run, with {@code *} for any characters; unless said the {@code branch},
     *     or main and master
     * @param approvals environments that are deployed to only after an approval, whatever the repository says
     * @param preventSelfApproval whether somebody else than who started the run has to approve
     * @param cancelInProgress whether a new run takes the place of the one on its way; it waits for it unless said
     * @param framework what it is built and run as where the repository has no {@code .platformforge/pipeline.yaml}; found
     *     out unless said
     * @param token of a private repository; never shown. Left out in a change it stays as it is, empty it goes
     * @param secrets variables for stages that name them; never shown. Left out in a change they stay as they are
     */
    public record PipelineRequest(
            String serviceName,
            String repository,
            List<String> environments,
            String branch,
            List<String> pushBranches,
            List<String> approvals,
            Boolean preventSelfApproval,
            Boolean cancelInProgress,
            Schedule schedule,
            String framework,
            String token,
            Map<String, String> secrets) {
        PipelineDraft draft() {
            return new PipelineDraft(
                    serviceName,
                    repository,
                    environments,
                    branch,
                    pushBranches,
                    approvals,
                    preventSelfApproval,
                    cancelInProgress,
                    schedule == null ? null : schedule.cron(),
                    schedule == null ? null : schedule.timeZone(),
                    framework,
                    token,
                    secrets);
        }

        @Override
        public String toString() {
            return String.valueOf(serviceName); // never the secrets
        }
    }

    /**
     * Document 001, "Trigger Pipeline". All of it may be left out.
     *
     * @param branch a branch, tag or commit
     * @param environment the last one it deploys to; all of the pipeline's unless said
     * @param parameters {@code skip_tests}: leaves the stages of type test out. {@code deploy_immediately}: true is the
     *     approval of all deployments of the run, for who may approve; false has the first one wait for an approval. Others
     *     are those of the definition
     */
    public record RunRequest(String branch, String environment, Map<String, Object> parameters) {
        Order order() {
            return new Order(branch, environment, parameters);
        }
    }

    /** @param stage name of the stage, or its environment; the one that waits unless said */
    public record DecisionRequest(String stage, String comment) {}

    /** @param stage where to begin; the first stage that did not succeed unless said */
    public record RerunRequest(String stage) {}

    /**
     * What of GitHub's push event is looked at; all else is passed over.
     *
     * @param ref such as {@code refs/heads/main}
     * @param after the commit that was pushed
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record PushEvent(String ref, String after, Boolean deleted) {}
}
