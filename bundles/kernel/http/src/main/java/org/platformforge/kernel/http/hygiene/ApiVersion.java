package org.platformforge.kernel.http.hygiene;

import org.platformforge.kernel.api.PlatformException;

/** Document 002's optional version header. */
public final class ApiVersion {
    public static final String HEADER = "X-API-Version";
    private static final String CURRENT = "1";

    private ApiVersion() {}

    /** @throws PlatformException VALIDATION for a version that is not served */
    public static void require(String header) {
        if (header != null && !CURRENT.equals(header.trim())) {
            throw PlatformException.invalid(HEADER, "must be " + CURRENT + ", the only version there is");
        }
    }
}
