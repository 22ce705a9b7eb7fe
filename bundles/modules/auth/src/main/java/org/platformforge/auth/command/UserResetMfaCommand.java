package org.platformforge.auth.command;

import java.util.Map;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.auth.domain.User;
import org.platformforge.auth.domain.mfa.MfaService;

/** {@code user:reset-mfa} */
@Service
@Command(
        scope = "user",
        name = "reset-mfa",
        description = "Removes the second factors and backup codes of a user who cannot show one any more")
public final class UserResetMfaCommand extends UserCommand {
    @Option(name = "--dry-run", description = "Only show what would be removed")
    private boolean dryRun;

    @Reference
    private MfaService mfa;

    @Override
    void run(User found) {
        int factors = dryRun ? mfa.count(found) : mfa.reset(caller(found.tenantId()), found);
        print(
                Map.of("user_id", found.id(), "factors", factors, "removed", !dryRun),
                found.email() + ": " + factors + (factors == 1 ? " factor" : " factors")
                        + (dryRun ? " would be removed" : " removed"));
    }
}
