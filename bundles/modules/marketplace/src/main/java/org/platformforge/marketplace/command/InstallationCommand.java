package org.platformforge.marketplace.command;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.Operations;
import org.platformforge.kernel.shell.TenantCommand;
import org.platformforge.marketplace.domain.Accepted;
import org.platformforge.marketplace.rest.Views.ErrorView;

/** A command that starts an operation on an installation and waits for its end. */
abstract class InstallationCommand extends TenantCommand {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Reference
    private Operations operations;

    /** Waits for the operation and tells its end; one that has not completed ends the command with its cause. */
    final void done(Accepted accepted) throws InterruptedException {
        Operation ended = operations.await(
                accepted.operation().tenantId(), accepted.operation().id(), PATIENCE);
        Operation.Failure error = ended.error();
        Outcome outcome = new Outcome(
                accepted.installation().id(),
                accepted.installation().extensionId(),
                (String) ended.input().get("version"),
                accepted.along(),
                ended.id(),
                ended.status().name().toLowerCase(Locale.ROOT),
                error == null ? null : new ErrorView(error.code(), error.message()));
        if (error == null || wantsJson()) {
            print(outcome, outcome.sentence());
        }
        if (error != null) {
            throw PlatformException.of(ErrorKind.CONFLICT, error.message());
        }
    }

    /** What became of an operation. @param along extensions that were installed with it */
    private record Outcome(
            String installationId,
            String extensionId,
            String version,
            List<String> along,
            String operationId,
            String status,
            ErrorView error) {
        String sentence() {
            return extensionId + (along.isEmpty() ? "" : " with " + String.join(", ", along)) + ": " + status + " ("
                    + operationId + ")";
        }
    }
}
