package org.platformforge.kernel.api.extension;

import java.util.List;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What extensions bring to modules with extension points, tenant by tenant: that of the release the tenant is served by,
 * and of no other; a canary takes a share of requests and brings nothing. Asked again each time, never kept: the next call
 * may find another version. Several versions are there at once for several tenants. Thread-safe.
 *
 * <p>Whatever an extension names for all of the platform to see (templates, engines, types of resources, frameworks) begins with its id
 * and a dot, so that it cannot be taken for the platform's or another extension's; a release that does not keep to it is
 * not started.
 */
@ProviderType
public interface ExtensionContributions {
    /** Largest file that is taken, in bytes. */
    int LARGEST_FILE = 256 * 1024;

    /** Template files, as they were when the release started; by extension id. */
    List<Contribution<TemplateFile>> templates(String tenantId);

    /**
     * Services under an extension point, by extension id. What is handed out is the platform's own object: it calls the
     * extension in this tenant, inside the walls: on threads of the extension, within its limits. A call that cannot be
     * made or fails within the walls is a {@link org.platformforge.kernel.api.PlatformException} with the code
     * {@link #NO_ANSWER}, unless the point has an exception of its own for that.
     *
     * @param point {@code org.platformforge.extension.api.driver.Driver}, {@code …api.framework.Framework} or {@code
     *     …api.pipeline.PipelineStep}; nothing for any other
     */
    <T> List<Contribution<T>> services(String tenantId, Class<T> point);

    /** Code of the error when an extension could not answer: it is busy, late, being stopped, or has failed. */
    String NO_ANSWER = "EXTENSION_NO_ANSWER";

    /** Engines a release makes resources with, whether or not it serves anybody; empty when it does not run. */
    Set<String> engines(String extensionId, String sha256);

    /** Tenants that are served by any extension on this node. */
    Set<String> tenants();

    /** Something of a release. */
    record Contribution<T>(String extensionId, String version, String sha256, T item) {}

    /** @param name of the file, without its folder @param content at most {@link #LARGEST_FILE} bytes, not to be changed */
    record TemplateFile(String name, byte[] content) {}
}
