package org.platformforge.infrastructure.rest;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.platformforge.infrastructure.backup.Backup;
import org.platformforge.infrastructure.backup.BackupService;
import org.platformforge.infrastructure.backup.PointInTime;

/** Backups on the wire. Stateless. */
public final class BackupViews {
    private BackupViews() {}

    /**
     * @param backupName 1 to 100 letters, digits, dots, dashes and underscores; unique
     */
    public record BackupRequest(String backupName, String description) {}

    /**
     * @param backupId the backup whose state is wanted; not with a point in time
     * @param pointInTime the instant whose state is wanted, RFC 3339, one of those that the list of backups names
     * @param dryRun true: into a throw-away database, which is removed again; default false
     * @param target name of the new database: 1 to 48 lower-case letters, digits and underscores; not with a dry run
     */
    public record RestoreRequest(String backupId, String pointInTime, Boolean dryRun, String target) {}

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

    /**
     * @param earliest the first instant that the database can be restored to; null while there is none
     * @param latest the last one: when this was asked
     * @param gaps when the log was not archived
     * @param problem why the log is not archived now; null when it is
     */
    public record PointInTimeView(Instant earliest, Instant latest, List<Gap> gaps, String problem) {
        /** Both ends can be restored to, and nothing between them. */
        public record Gap(Instant from, Instant until) {}

        public static PointInTimeView of(PointInTime known) {
            List<PointInTime.Span> spans = known.spans();
            List<Gap> gaps = IntStream.range(1, spans.size())
                    .mapToObj(next ->
                            new Gap(spans.get(next - 1).until(), spans.get(next).from()))
                    .toList();
            return new PointInTimeView(known.earliest(), known.latest(), gaps, known.problem());
        }
    }

    /**
     * @param lastProvenRestorableAt of any of them that is not known to be corrupt; null when none is
     * @param pointInTime to which instants the database can be restored; null when that is not configured, and on PostgreSQL
     */
    public record BackupList(
            List<BackupView> backups,
            Instant lastProvenRestorableAt,
            PointInTimeView pointInTime,
            long total,
            int limit,
            int offset) {}
}
