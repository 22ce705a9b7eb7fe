package org.platformforge.infrastructure.backup;

import java.time.Instant;

/**
 * A backup of the platform's database.
 *
 * @param id {@code b-…}
 * @param origin {@code manual} or {@code scheduled}
 * @param operationId the work that makes it
 * @param size of its file in bytes; null until it is completed
 * @param tables how many, and how many of them were compared with the platform's database; null until it is completed
 * @param provenAt when it was last restored and compared; null for never
 * @param checkedAt when that was last tried
 * @param problem what was wrong then, or why it failed; null when nothing was
 */
public record Backup(
        String id,
        String name,
        String description,
        Status status,
        String origin,
        String database,
        String operationId,
        Long size,
        Integer tables,
        Integer compared,
        String createdBy,
        Instant createdAt,
        Instant completedAt,
        Instant provenAt,
        Instant checkedAt,
        String problem) {
    public enum Status {
        INITIATED,
        RUNNING,
        /** It was restored into a throw-away database and compared. */
        COMPLETED,
        FAILED,
        /** It was completed, and cannot be restored any more. */
        CORRUPT
    }

    public boolean restorable() {
        return status == Status.COMPLETED;
    }
}
