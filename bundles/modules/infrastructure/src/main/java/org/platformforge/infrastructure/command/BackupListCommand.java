package org.platformforge.infrastructure.command;

import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.platformforge.infrastructure.backup.BackupService;
import org.platformforge.infrastructure.rest.BackupViews.BackupView;
import org.platformforge.kernel.shell.OperatorCommand;
import org.platformforge.kernel.shell.RunsReadOnly;

/** {@code backup:list} */
@Service
@RunsReadOnly
@Command(scope = "backup", name = "list", description = "Lists backups and when they were last proved to be restorable")
public class BackupListCommand extends OperatorCommand {
    @Reference
    private BackupService backups;

    @Override
    protected void run() {
        List<BackupView> found =
                backups.list(caller()).stream().map(BackupView::of).toList();
        ShellTable table = table("No backups", "Id", "Name", "Status", "Made", "Bytes", "Last proved", "Problem");
        found.forEach(backup -> table.addRow()
                .addContent(
                        backup.backupId(),
                        backup.backupName(),
                        backup.status(),
                        backup.createdAt(),
                        backup.size() == null ? "" : backup.size(),
                        backup.lastProvenRestorableAt() == null ? "never" : backup.lastProvenRestorableAt(),
                        backup.problem() == null ? "" : backup.problem()));
        print(found, table);
        if (!wantsJson()) {
            backups.pointInTime(caller()).ifPresent(window -> print("Restorable to any instant from " + window.told()));
        }
    }
}
