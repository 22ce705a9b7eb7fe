package org.platformforge.marketplace.command;

import java.time.Duration;
import java.util.Locale;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.Operations;
import org.platformforge.kernel.shell.TenantCommand;
import org.platformforge.marketplace.domain.InstallationService;
import org.platformforge.marketplace.rest.WireMapper;

/** A command that starts an operation on an installation and waits for its end. */
abstract class InstallationCommand extends TenantCommand {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Reference
    private Operations operations;

    /** Waits for the operation and tells its end. */
    final void done(InstallationService.Accepted accepted) throws InterruptedException {
        String id = accepted.operation().id();
        Operation ended = operations.await(accepted.operation().tenantId(), id, PATIENCE);
        if (ended.error() != null) {
            throw PlatformException.of(ErrorKind.CONFLICT, ended.error().message());
        }
        print(
                WireMapper.accepted(accepted),
                accepted.installation().extensionId() + ": "
                        + ended.status().name().toLowerCase(Locale.ROOT) + " (" + id + ")");
    }
}
