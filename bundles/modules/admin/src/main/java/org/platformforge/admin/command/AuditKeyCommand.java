package org.platformforge.admin.command;

import java.util.Map;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.platformforge.admin.domain.AuditReader;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.shell.RunsReadOnly;
import org.platformforge.kernel.shell.TenantCommand;

/** {@code audit:key} */
@Service
@RunsReadOnly
@Command(
        scope = "audit",
        name = "key",
        description =
                "Shows the keys of a tenant's audit digests: keep them, whoever has one can make records that verify")
public class AuditKeyCommand extends TenantCommand {
    @Reference
    private AuditReader audit;

    @Override
    protected void run() {
        Caller operator = caller();
        Map<String, String> keys = audit.digestKeys(operator);
        ShellTable table = table("None", "Key id", "Key");
        keys.forEach((id, key) -> table.addRow().addContent(id, key));
        print(keys, table);
    }
}
