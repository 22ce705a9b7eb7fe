package org.platformforge.admin.command;

import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.CommandException;
import org.platformforge.admin.domain.AuditReader;
import org.platformforge.admin.rest.AuditViews;
import org.platformforge.admin.rest.AuditViews.RetentionView;
import org.platformforge.admin.rest.AuditViews.VerificationView;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.shell.RunsReadOnly;
import org.platformforge.kernel.shell.TenantCommand;

/** {@code audit:verify}; fails when something is wrong, so that a script notices. */
@Service
@RunsReadOnly
@Command(
        scope = "audit",
        name = "verify",
        description = "Checks every record, number and signature of a tenant's audit log")
public class AuditVerifyCommand extends TenantCommand {
    @Reference
    private AuditReader audit;

    @Override
    protected void run() throws CommandException {
        Caller operator = caller();
        VerificationView found = AuditViews.of(audit.verify(operator));
        List<String> problems = found.problems().stream()
                .map(problem -> "Record " + problem.sequence() + ": " + problem.message())
                .toList();
        print(
                found,
                problems.isEmpty()
                        ? found.records() + " records, " + found.firstSequence() + " to " + found.lastSequence()
                                + ", are whole. Public key of the checkpoints: "
                                + found.checkpoints().publicKey()
                                + "\n" + retention(found.retention())
                        : String.join("\n", problems));
        if (!problems.isEmpty()) {
            throw new CommandException("The audit log was changed");
        }
    }

    private static String retention(RetentionView retention) {
        String oldest = retention.oldestAt() == null ? "no record" : "the oldest record is of " + retention.oldestAt();
        if (retention.days() == 0) {
            return "Records are kept for ever; " + oldest;
        }
        return "Records are kept %d days; %s, %s; older ones were looked for %s"
                .formatted(
                        retention.days(),
                        oldest,
                        retention.lagSeconds() == 0 ? "none is late" : retention.lagSeconds() + " s late",
                        retention.lastRunAt() == null ? "not yet" : "at " + retention.lastRunAt());
    }
}
