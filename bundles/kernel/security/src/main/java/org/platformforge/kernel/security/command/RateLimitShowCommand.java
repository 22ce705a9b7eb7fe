package org.platformforge.kernel.security.command;

import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.platformforge.kernel.api.security.RateLimiter;
import org.platformforge.kernel.api.security.RateLimiter.Policy;
import org.platformforge.kernel.shell.TenantCommand;

/** {@code ratelimit:show} */
@Service
@Command(scope = "ratelimit", name = "show", description = "Shows the rate limits in force")
public final class RateLimitShowCommand extends TenantCommand {
    @Reference
    RateLimiter limiter;

    @Override
    protected void run() {
        caller().require("ratelimit:read");
        List<Policy> policies = limiter.policies();
        ShellTable table = new ShellTable();
        table.column("Policy");
        table.column("Requests").alignRight();
        table.column("Window (s)").alignRight();
        table.column("Per");
        policies.forEach(policy -> table.addRow()
                .addContent(policy.name(), policy.limit(), policy.window().toMillis() / 1000.0, policy.per()));
        print(policies.stream().map(Json::of).toList(), table);
    }
}
