package org.platformforge.infrastructure.backup;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration of backups, {@code config/org.platformforge.infrastructure.backup.cfg}. */
@ObjectClassDefinition(id = BackupConfig.PID, name = "Platform Forge: backups")
public @interface BackupConfig {
    String PID = "org.platformforge.infrastructure.backup";

    @AttributeDefinition(description = "Where backups are kept; empty: backups in the data folder")
    String folder() default "";

    @AttributeDefinition(description = "Where each backup is copied to as well; empty: nowhere")
    String copy_folder() default "";

    @AttributeDefinition(
            description = "Where databases are restored to, of embedded Derby; empty: restored in the data folder")
    String restore_folder() default "";

    @AttributeDefinition(description = "How often a backup is made by itself, as an ISO 8601 duration; empty: never")
    String interval() default "";

    @AttributeDefinition(
            description = "When a backup is made by itself, in the five fields of cron; goes before the interval")
    String cron() default "";

    @AttributeDefinition(description = "Time zone of cron")
    String cron_zone() default "UTC";

    @AttributeDefinition(
            description = "How often the newest backup is proved anew, as an ISO 8601 duration; empty: never")
    String drill_interval() default "P7D";

    @AttributeDefinition(description = "Scheduled backups that are kept at most; 0: all")
    int keep_count() default 14;

    @AttributeDefinition(description = "Days scheduled backups are kept; 0: for ever")
    int keep_days() default 0;

    @AttributeDefinition(
            description =
                    "Whether embedded Derby's log is archived, so that the database can be restored to any instant"
                            + " after a backup. False for a minute: instants that were kept are forgotten")
    boolean point_in_time() default false;

    @AttributeDefinition(
            description =
                    "MB that the archived log may take, with the files Derby keeps for it; at least 16. The oldest"
                            + " instants are given up for it")
    long point_in_time_space() default 2048;

    @AttributeDefinition(description = "Folder of pg_dump and pg_restore; empty: they are searched for")
    String postgresql_bin() default "";
}
