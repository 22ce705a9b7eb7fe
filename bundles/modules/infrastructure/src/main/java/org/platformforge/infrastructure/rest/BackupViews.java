package org.platformforge.infrastructure.rest;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.platformforge.infrastructure.backup.Backup;
import org.platformforge.infrastructure.backup.BackupService;

/** Backups on the wire. Stateless. */
public final class BackupViews {
    private BackupViews() {}

    /**
     * @param backupName 1 to 100 letters, digits, dots, dashes and underscores; unique
     */
    public record BackupRequest(String backupName, String description) {}

    /**
     * @param dryRun true: into a throw-away database, which is removed again; default false
     * @param target name of the new database: 1 to 48 lower-case letters, digits and underscores; not with a dry run
     */
    public record RestoreRequest(String backupId, Boolean dryRun, String target) {}

    /** @param estimatedCompletion from earlier ones; null while there was none */
    public record BackupBegun(
            String backupId, String status, Instant timestamp, Instant estimatedCompletion, String operationId) {
        static BackupBegun of(BackupService.Begun begun) {
            return new BackupBegun(
                    begun.backupId(),
                    "initiated",
                    begun.operation().createdAt(),
                    begun.estimatedCompletion(),
                    begun.operation().id());
        }
    }

    /** @param target the folder or the name of the new database; null for a dry run */
    public record RestoreBegun(
            String backupId,
            String status,
            boolean dryRun,
            String target,
            Instant timestamp,
            Instant estimatedCompletion,
            String operationId) {
        static RestoreBegun of(BackupService.Begun begun) {
            return new RestoreBegun(
                    begun.backupId(),
                    "initiated",
                    begun.target() == null,
                    begun.target(),
                    begun.operation().createdAt(),
                    begun.estimatedCompletion(),
                    begun.operation().id());
        }
    }

    /**
     * @param status {@code initiated}, {@code running}, {@code completed}, {@code failed} or {@code corrupt}
     * @param size of the file in bytes; null until it is completed
     * @param tables how many were restored from it
     * @param tablesCompared how many of them were compared with the platform's database at the moment of the backup
     * @param lastProvenRestorableAt when it was last restored into a throw-away database and compared
     * @param lastCheckedAt when that was last tried
     * @param problem what is wrong with it, such as the chunk that was changed
     */
    public record BackupView(
            String backupId,
            String backupName,
            String description,
            String status,
            String origin,
            String database,
            Long size,
            Integer tables,
            Integer tablesCompared,
            String createdBy,
            Instant createdAt,
            Instant completedAt,
            Instant lastProvenRestorableAt,
            Instant lastCheckedAt,
            String problem,
            String operationId) {
        public static BackupView of(Backup backup) {
            return new BackupView(
                    backup.id(),
                    backup.name(),
                    backup.description(),
                    backup.status().name().toLowerCase(Locale.ROOT),
                    backup.origin(),
                    backup.database(),
                    backup.size(),
                    backup.tables(),
                    backup.compared(),
                    backup.createdBy(),
                    backup.createdAt(),
                    backup.completedAt(),
                    backup.provenAt(),
                    backup.checkedAt(),
                    backup.problem(),
                    backup.operationId());
        }
    }

    /** @param lastProvenRestorableAt of any of them that is not known to be corrupt; null when none is */
    public record BackupList(
            List<BackupView> backups, Instant lastProvenRestorableAt, long total, int limit, int offset) {}
}
