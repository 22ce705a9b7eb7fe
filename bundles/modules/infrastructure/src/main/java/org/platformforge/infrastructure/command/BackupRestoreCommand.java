package org.platformforge.infrastructure.command;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.infrastructure.backup.BackupService;
import org.platformforge.kernel.shell.OperatorCommand;
import org.platformforge.kernel.shell.RunsReadOnly;

/** {@code backup:restore} */
@Service
@RunsReadOnly
@Command(scope = "backup", name = "restore", description = "Restores a backup into a new database")
public class BackupRestoreCommand extends OperatorCommand {
    @Argument(name = "backup", description = "Its id", required = true)
    @Completion(BackupIdCompleter.class)
    private String backup;

    @Argument(index = 1, name = "target", description = "Name of the new database", required = true)
    private String target;

    @Reference
    private BackupService backups;

    @Override
    protected void run() {
        BackupService.Begun begun = backups.restore(caller(), backup, false, target);
        print(
                begun,
                "It is being restored into " + begun.target() + ", operation "
                        + begun.operation().id());
    }
}
