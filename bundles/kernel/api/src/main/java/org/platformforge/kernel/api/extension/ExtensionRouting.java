package org.platformforge.kernel.api.extension;

import java.util.Optional;
import java.util.concurrent.Callable;
import org.osgi.annotation.versioning.ProviderType;
import org.platformforge.kernel.api.Caller;

/** Which release of an extension serves a tenant, and the way into it. Asked on every request; never blocks. Thread-safe. */
@ProviderType
public interface ExtensionRouting {
    /** Where bundles of extensions come from: {@code extension:<id>/<version>/<sha256>/<entry>}. */
    String LOCATION = "extension:";

    /** Before this path, with the extension's id and a slash behind it, stand the routes of an extension's resources. */
    String PATH = "/api/v1/ext/";

    /**
     * The release the tenant's next request goes to.
     *
     * @param stickiness what keeps one client on one side of a canary, such as its credential's subject
     * @return empty when the tenant has not installed the extension: the same answer as for one that does not exist; also
     *     for one whose turn has not come while this is not {@link #settled}
     */
    Optional<Selection> select(String tenantId, String extensionId, String stickiness);

    /** Whether every installation has been looked at since the start, so that what is not found is not there. */
    boolean settled();

    /** @param bundleId of the release's main bundle, whose resources are its routes */
    record Selection(String extensionId, String version, String sha256, long bundleId, boolean canary) {}

    /** The extension a bundle belongs to; empty for bundles of the platform. */
    Optional<String> extension(long bundleId);

    /**
     * Whether what the bundle contributes (templates, drivers, listeners) is there for the tenant: always for bundles of the
     * platform, else when the tenant is assigned to the bundle's release.
     */
    boolean visible(long bundleId, String tenantId);

    /**
     * Calls into the release for the caller's tenant, within its limits, on a thread of the extension. The caller waits for
     * the result.
     *
     * @throws org.platformforge.kernel.api.PlatformException {@code UNAVAILABLE} with a retry time when the release's limit of
     *     concurrent calls is reached or it is being stopped; {@code GATEWAY_TIMEOUT} when the call took longer than it may
     * @throws Exception what the work threw
     */
    <T> T call(long bundleId, Caller caller, Callable<T> work) throws Exception;

    /** Counts an answer, for canaries and figures. */
    void answered(Selection selection, String tenantId, int status, long nanos);
}
