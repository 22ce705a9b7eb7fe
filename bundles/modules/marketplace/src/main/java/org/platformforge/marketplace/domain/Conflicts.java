package org.platformforge.marketplace.domain;

import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;

/** What speaks against a change of an installation. */
final class Conflicts {
    private Conflicts() {}

    static void refuseBusy(Installation row) {
        if (row.busy()) {
            throw PlatformException.of(ErrorKind.CONFLICT, "Another operation on the installation is under way")
                    .withCode("OPERATION_UNDER_WAY")
                    .withDetail("operation_id", row.operationId());
        }
    }

    /** What a proposal was made for must still be there when it is taken up. */
    static void requireSame(Installation seen, Installation row) {
        if (row.current() == null || !row.current().equals(seen.current())) {
            throw PlatformException.of(ErrorKind.CONFLICT, "The installation was changed in the meantime");
        }
    }

    static void requireHigher(Installation seen, Release release) {
        String current = seen.current().version();
        if (Versions.rank(release.version()) <= Versions.rank(current)) {
            throw PlatformException.of(
                            ErrorKind.CONFLICT,
                            release.version().equals(current)
                                    ? "Version " + current + " is installed already"
                                    : "Version " + release.version() + " is lower than " + current
                                            + ", which is installed; roll back instead")
                    .withCode("NOT_HIGHER");
        }
    }

    static PlatformException state(Installation row, String needed, String deed) {
        return PlatformException.of(
                        ErrorKind.CONFLICT,
                        "Only what is " + needed + " can be " + deed + "; this installation is "
                                + row.state().wire())
                .withDetail("state", row.state().wire());
    }

    static PlatformException gone() {
        return PlatformException.of(ErrorKind.CONFLICT, "The installation was removed in the meantime");
    }
}
