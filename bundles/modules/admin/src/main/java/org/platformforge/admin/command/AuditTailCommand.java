package org.platformforge.admin.command;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.platformforge.admin.domain.AuditReader;
import org.platformforge.admin.rest.AuditViews;
import org.platformforge.admin.rest.AuditViews.LogView;
import org.platformforge.admin.rest.Dates;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.store.AuditTrail.Filter;
import org.platformforge.kernel.shell.RunsReadOnly;
import org.platformforge.kernel.shell.TenantCommand;

/** {@code audit:tail} */
@Service
@RunsReadOnly
@Command(scope = "audit", name = "tail", description = "Shows the newest audit records of a tenant, the newest last")
public class AuditTailCommand extends TenantCommand {
    @Option(name = "--limit", description = "How many, at most 100")
    private int limit = PageRequest.DEFAULT_LIMIT;

    @Option(name = "--user", description = "Only what this user did, or a key of theirs")
    private String user;

    @Option(name = "--action", description = "Only this action; user.* for all that begin so")
    private String action;

    @Option(name = "--since", description = "Only from this date or time on")
    private String since;

    @Reference
    private AuditReader audit;

    @Override
    protected void run() {
        Caller operator = caller();
        Filter filter = new Filter(user, action, Dates.from("--since", since), null, false);
        List<LogView> found = new ArrayList<>(audit.find(operator, filter, PageRequest.first(limit))
                .map(AuditViews::of)
                .items());
        Collections.reverse(found);
        ShellTable table = table("No records", "No.", "Time", "User", "Action", "Target", "Result", "Address");
        found.forEach(log -> table.addRow()
                .addContent(
                        log.sequence(),
                        log.timestamp(),
                        log.userId(),
                        log.action(),
                        log.target(),
                        log.result(),
                        log.details().get("ip")));
        print(found, table);
    }
}
