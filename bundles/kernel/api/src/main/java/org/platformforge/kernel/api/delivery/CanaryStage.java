package org.platformforge.kernel.api.delivery;

import java.time.Instant;
import org.platformforge.kernel.api.delivery.AnswerCounts.Count;

/**
 * What came of a canary while it had one share of the traffic.
 *
 * @param number counted from 1
 * @param weight of the traffic for the new version, in percent
 * @param canary what the new version answered in this stage
 * @param stable what the old version answered in this stage
 * @param reason of the verdict, in words; empty while it is watched
 */
public record CanaryStage(
        int number,
        int weight,
        Instant startedAt,
        Instant measuredAt,
        Count canary,
        Count stable,
        Verdict verdict,
        String reason) {
    public enum Verdict {
        WATCHED,
        PROMOTED,
        WITHDRAWN
    }
}
