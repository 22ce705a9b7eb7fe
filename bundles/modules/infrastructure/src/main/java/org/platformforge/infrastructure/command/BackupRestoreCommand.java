package org.platformforge.infrastructure.command;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.infrastructure.backup.BackupService;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.shell.OperatorCommand;
import org.platformforge.kernel.shell.RunsReadOnly;

/** {@code backup:restore} */
@Service
@RunsReadOnly
@Command(
        scope = "backup",
        name = "restore",
        description = "Restores a backup, or the state of a point in time, into a new database",
        detailedDescription = "backup:restore b-… again; backup:restore --point-in-time 2026-11-27T19:00:00Z again")
public class BackupRestoreCommand extends OperatorCommand {
    @Argument(name = "backup", description = "Its id; not with a point in time")
    @Completion(BackupIdCompleter.class)
    private String first;

    @Argument(index = 1, name = "target", description = "Name of the new database; not with a dry run")
    private String second;

    @Option(name = "--point-in-time", description = "The instant whose state is wanted, as backup:list names them")
    private String instant;

    @Option(name = "--dry-run", description = "Into a throw-away database")
    private boolean dryRun;

    @Reference
    private BackupService backups;

    @Override
    protected void run() {
        BackupService.Begun begun = instant == null
                ? backups.restore(caller(), first, dryRun, second)
                : backups.restoreTo(caller(), instant, dryRun, theOnly());
        String into = begun.target() == null ? "a throw-away database" : begun.target();
        print(
                begun,
                "It is being restored into " + into + ", operation "
                        + begun.operation().id());
    }

    /** With a point in time there is one argument, the target. */
    private String theOnly() {
        if (second != null) {
            throw PlatformException.invalid("backup", "cannot be given together with a point in time");
        }
        return first;
    }
}
