package org.platformforge.extension.api;

import java.time.Clock;
import java.util.concurrent.ExecutorService;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The platform as one running version of an extension sees it. An OSGi service with bundle scope: take it as a
 * constructor argument, {@code @Reference ExtensionContext context}. It is valid until the version is stopped. Thread-safe.
 *
 * <p>The platform calls an extension for one tenant at a time: a request, an event, a run of a job, a shell command. All
 * that belongs to a tenant hangs on {@link #tenant()}, which always is the tenant of the call at hand. There is no way to
 * name another one.
 */
@ProviderType
public interface ExtensionContext {
    /** The extension's id, {@code publisher.name}. */
    String extensionId();

    /** The version that is running: semantic, such as {@code 1.2.3}. */
    String version();

    /**
     * The tenant of the call this thread is in. Tasks given to {@link #executor()} stay in the call's tenant.
     *
     * @throws IllegalStateException outside of a call by the platform, such as in a constructor or in a thread of the
     *     extension's own
     */
    TenantContext tenant();

    /**
     * Runs tasks under the extension's limits, in the tenant of the call that submits them; it ends with the extension.
     * A task that exceeds the time budget is interrupted.
     *
     * @return never shut it down; {@code execute} throws {@code RejectedExecutionException} when the limits are reached
     */
    ExecutorService executor();

    /** UTC. Use it instead of {@code Instant.now()}: the testkit turns its hands. */
    Clock clock();

    /** Figures of this extension, shown to operators beside the platform's own. */
    Metrics metrics();
}
