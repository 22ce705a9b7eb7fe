package org.platformforge.infrastructure.command;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.infrastructure.backup.BackupService;
import org.platformforge.kernel.shell.OperatorCommand;
import org.platformforge.kernel.shell.RunsReadOnly;

/** {@code backup:verify} */
@Service
@RunsReadOnly
@Command(scope = "backup", name = "verify", description = "Restores a backup into a throw-away database and compares")
public class BackupVerifyCommand extends OperatorCommand {
    @Argument(name = "backup", description = "Its id", required = true)
    @Completion(BackupIdCompleter.class)
    private String backup;

    @Reference
    private BackupService backups;

    @Override
    protected void run() {
        BackupService.Begun begun = backups.verify(caller(), backup);
        print(begun, "It is being tried, operation " + begun.operation().id());
    }
}
