package org.platformforge.kernel.jobs;

import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.license.LicenseStatus;
import org.platformforge.kernel.api.license.Licensing;

/** A licence with nothing but a limit, which may be missing. */
public final class TestLicense implements Licensing {
    private volatile Map<String, Long> limits = Map.of();

    public void limit(String limit, long allowed) {
        limits = Map.of(limit, allowed);
    }

    @Override
    public LicenseStatus status() {
        return new LicenseStatus(
                LicenseStatus.State.VALID, "l-1", "Acme", 1, new TreeSet<>(), limits, null, null, null, "", List.of());
    }

    @Override
    public void requireWritable(long bundleId) {}

    @Override
    public void requireRoom(String limit, LongSupplier used) {
        Long allowed = limits.get(limit);
        if (allowed != null && used.getAsLong() >= allowed) {
            throw PlatformException.of(ErrorKind.FORBIDDEN, "The licence allows " + allowed + " " + limit)
                    .withCode("LICENSE_LIMIT");
        }
    }
}
