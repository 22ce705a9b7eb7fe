package org.platformforge.deployments.domain;

import java.time.Instant;

/**
 * A line of a deployment's log.
 *
 * @param sequence counted for each deployment, never twice; what is missing between two was dropped
 * @param at when it was written; of an application's own lines, when they were read
 * @param source the operation or instance it is from
 */
public record LogEntry(long sequence, Instant at, Stage stage, String source, String line) {
    /** What wrote it. */
    public enum Stage {
        PROVISIONING,
        BUILD,
        DEPLOYING,
        RUNTIME,
        /** Nothing: lines are missing here. */
        GAP
    }
}
