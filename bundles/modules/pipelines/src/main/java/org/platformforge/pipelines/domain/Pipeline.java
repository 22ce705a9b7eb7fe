package org.platformforge.pipelines.domain;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a repository comes into its environments.
 *
 * @param id {@code pipe-…}
 * @param environments in the order of promotion
 * @param sealed the repository's token and the secret variables, or null
 * @param hookSecret sealed; what push webhooks are signed with
 * @param lastNumber of its runs
 * @param activeRun the run that has begun and has not ended, or null
 * @param nextRunAt when its schedule is due, or null
 */
public record Pipeline(
        String tenantId,
        String id,
        String service,
        String repository,
        List<String> environments,
        Settings settings,
        String sealed,
        String hookSecret,
        int lastNumber,
        String activeRun,
        Instant nextRunAt,
        String createdBy,
        Instant createdAt,
        Instant updatedAt) {

    /**
     * @param branch what is run unless somebody says another one; null for the repository's default branch
     * @param pushBranches branches whose pushes start a run, {@code *} for any characters; none for no push at all
     * @param approvals environments that are deployed to only after an approval, whatever the repository says
     * @param preventSelfApproval whether somebody else than who started the run has to approve
     * @param cancelInProgress whether a new run takes the place of the one that is on its way
     * @param cron five fields, or null
     * @param zone of the schedule
     * @param framework what it is built and run as where the repository does not say it; null to find it out
     */
    public record Settings(
            String branch,
            List<String> pushBranches,
            List<String> approvals,
            boolean preventSelfApproval,
            boolean cancelInProgress,
            String cron,
            String zone,
            String framework) {

        public Map<String, Object> toMap() {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("branch", branch);
            map.put("push_branches", pushBranches);
            map.put("approvals", approvals);
            map.put("prevent_self_approval", preventSelfApproval);
            map.put("cancel_in_progress", cancelInProgress);
            map.put("cron", cron);
            map.put("zone", zone);
            map.put("framework", framework);
            return map;
        }

        public static Settings of(Map<String, Object> map) {
            return new Settings(
                    (String) map.get("branch"),
                    texts(map.get("push_branches")),
                    texts(map.get("approvals")),
                    Boolean.TRUE.equals(map.get("prevent_self_approval")),
                    Boolean.TRUE.equals(map.get("cancel_in_progress")),
                    (String) map.get("cron"),
                    (String) map.get("zone"),
                    (String) map.get("framework"));
        }
    }

    static List<String> texts(Object list) {
        List<String> texts = new ArrayList<>();
        if (list instanceof List<?> given) {
            given.forEach(text -> texts.add((String) text));
        }
        return List.copyOf(texts);
    }

    @Override
    public String toString() {
        return id; // never what is sealed
    }
}
