package org.platformforge.infrastructure.command;

import java.util.stream.Stream;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.infrastructure.backup.Backup;
import org.platformforge.infrastructure.backup.BackupService;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.shell.IdCompleter;

/** Backups, newest first. */
@Service
public class BackupIdCompleter extends IdCompleter {
    @Reference
    private BackupService backups;

    @Override
    protected Stream<String> ids(Caller operator) {
        return backups.list(operator).stream().map(Backup::id).limit(MOST.limit());
    }
}
