package org.platformforge.marketplace.domain;

import java.util.LinkedHashMap;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;

/** A second version beside the one that serves: started, promoted, withdrawn. Thread-safe. */
@Component(service = CanaryService.class)
public final class CanaryService {
    private final InstallationReader reader;
    private final InstallPlanner planner;
    private final Submissions submissions;

    @Activate
    public CanaryService(
            @Reference InstallationReader reader,
            @Reference InstallPlanner planner,
            @Reference Submissions submissions) {
        this.reader = reader;
        this.planner = planner;
        this.submissions = submissions;
    }

    /** A second release takes a share of the tenant's requests. @param percent 1 to 99 */
    public Accepted start(Caller caller, String extensionId, InstallPlanner.Wish wish, int percent, long promoteAfter) {
        if (percent < 1 || percent > 99) {
            throw PlatformException.invalid("percent", "must be 1 to 99");
        }
        if (promoteAfter < 0) {
            throw PlatformException.invalid("promote_after", "must not be negative");
        }
        Installation seen = requireServing(caller, extensionId);
        Proposal proposal = planner.propose(caller.tenantId(), seen.id(), extensionId, wish, seen.current());
        Conflicts.requireHigher(seen, proposal.release());
        proposal.require();
        Map<String, Object> more = new LinkedHashMap<>();
        more.put("percent", percent);
        more.put("promote_after", promoteAfter);
        return submissions.begin(
                caller,
                extensionId,
                Action.CANARY,
                row -> {
                    Conflicts.requireSame(seen, row);
                    return proposal.setup();
                },
                more);
    }

    public Accepted promote(Caller caller, String extensionId) {
        return submissions.begin(caller, extensionId, Action.PROMOTE, row -> requireCanary(row));
    }

    /** @param reason why, for the history; null when a person wants it */
    public Accepted withdraw(Caller caller, String extensionId, String reason) {
        Map<String, Object> more = new LinkedHashMap<>();
        if (reason != null) {
            more.put("reason", reason);
        }
        return submissions.begin(
                caller,
                extensionId,
                Action.WITHDRAW,
                row -> {
                    requireCanary(row);
                    return null;
                },
                more);
    }

    private static Setup requireCanary(Installation row) {
        if (row.canary() == null) {
            throw PlatformException.of(ErrorKind.CONFLICT, "The installation has no canary")
                    .withCode("NO_CANARY");
        }
        return row.canary();
    }

    private Installation requireServing(Caller caller, String extensionId) {
        Installation seen = reader.get(caller, extensionId);
        Conflicts.refuseBusy(seen);
        if (!seen.serves()) {
            throw Conflicts.state(seen, "active", "upgraded");
        }
        return seen;
    }
}
