package org.platformforge.marketplace.domain;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What was done to an installation.
 *
 * @param result {@code completed}, {@code failed} or {@code cancelled}
 * @param figures of a canary that ended: for each release its calls, errors and mean time; else empty
 */
public record HistoryEntry(
        String id,
        String installationId,
        String extensionId,
        String action,
        String result,
        String fromVersion,
        String toVersion,
        String message,
        List<Map<String, Object>> figures,
        String operationId,
        String actor,
        Instant at) {}
