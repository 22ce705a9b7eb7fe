package org.platformforge.pipelines.domain;

import java.util.List;
import java.util.Map;

/**
 * A pipeline as somebody wants it. Every value may be null.
 *
 * @param token of a private repository; null leaves it as it is, empty takes it away
 * @param secrets null leaves them as they are
 */
public record PipelineDraft(
        String service,
        String repository,
        List<String> environments,
        String branch,
        List<String> pushBranches,
        List<String> approvals,
        Boolean preventSelfApproval,
        Boolean cancelInProgress,
        String cron,
        String zone,
        String framework,
        String token,
        Map<String, String> secrets) {
    @Override
    public String toString() {
        return String.valueOf(service); // never the secrets
    }
}
