package org.platformforge.kernel.api.license;

import java.util.function.LongSupplier;
import org.osgi.annotation.versioning.ProviderType;
import org.platformforge.kernel.api.PlatformException;

/**
 * The licence this platform runs under. Without one it runs as the community set: everything that needs no licence, without
 * limits. An OSGi service that is there as long as the platform is; asking is cheap and takes no lock. Thread-safe.
 */
@ProviderType
public interface Licensing {
    /**
     * The namespace of the capability by which a bundle says which feature set it belongs to: it requires {@code
     * platform.license;filter:="(feature=forge-billing)"} and does not resolve where that set is not licensed.
     */
    String NAMESPACE = "platform.license";

    /** The attribute of the capability that names feature sets. */
    String FEATURE = "feature";

    /** What the platform may do now; changes by itself as time goes on. */
    LicenseStatus status();

    /**
     * Asked before a bundle of a licensed feature set changes anything. Reading is always allowed.
     *
     * @param bundleId whose routes, commands or jobs are to change something
     * @throws PlatformException {@code FORBIDDEN} with code {@code LICENSE_READ_ONLY} when the licence of the bundle's feature
     *     set has run out, grace included, or no longer names the set
     */
    void requireWritable(long bundleId);

    /**
     * Asked before one more of something is created that licences limit.
     *
     * @param limit {@code tenants}, {@code users}, {@code devices} or {@code nodes}
     * @param used counts how many there are already, on the whole platform; asked only when the licence limits them. Two that
     *     are created at the same moment may both find the last place
     * @throws PlatformException {@code FORBIDDEN} with code {@code LICENSE_LIMIT} when the licence allows no more
     */
    void requireRoom(String limit, LongSupplier used);
}
