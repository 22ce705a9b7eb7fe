package org.platformforge.kernel.security.testing;

import java.util.function.LongSupplier;
import org.platformforge.kernel.api.license.LicenseStatus;
import org.platformforge.kernel.api.license.Licensing;

/** A licence that allows everything. */
public final class NoLimits implements Licensing {
    @Override
    public LicenseStatus status() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void requireWritable(long bundleId) {
        // everything is
    }

    @Override
    public void requireRoom(String limit, LongSupplier used) {
        // there is
    }
}
