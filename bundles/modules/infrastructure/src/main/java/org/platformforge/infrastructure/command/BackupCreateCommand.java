package org.platformforge.infrastructure.command;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.infrastructure.backup.BackupService;
import org.platformforge.kernel.shell.OperatorCommand;
import org.platformforge.kernel.shell.RunsReadOnly;

/** {@code backup:create} */
@Service
@RunsReadOnly
@Command(scope = "backup", name = "create", description = "Backs the platform's database up")
public class BackupCreateCommand extends OperatorCommand {
    @Argument(name = "name", description = "What to call it", required = true)
    private String name;

    @Option(name = "--description", description = "What it is for")
    private String description;

    @Reference
    private BackupService backups;

    @Override
    protected void run() {
        BackupService.Begun begun = backups.create(caller(), name, description);
        print(
                begun,
                "Backup " + begun.backupId() + " is being made, operation "
                        + begun.operation().id());
    }
}
