package org.platformforge.kernel.api.extension;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * One version of an extension, as it was published and accepted. Identified by {@code sha256}: two releases with the same
 * id and version but other content are two releases.
 *
 * @param extensionId {@code publisher.name}
 * @param version semantic, such as {@code 1.2.3}
 * @param sha256 of the artifact, 64 hexadecimal digits
 * @param artifact the JAR, or a ZIP archive of one bundle and its private libraries; content-addressed, not written again
 * @param events types of platform events it may listen to
 * @param hosts {@code host} or {@code host:port} it may send HTTP to
 * @param indexes per document collection, the top-level fields that can be asked for
 * @param limits its budget
 */
public record ExtensionRelease(
        String extensionId,
        String version,
        String sha256,
        Path artifact,
        Set<String> events,
        Set<String> hosts,
        Map<String, Set<String>> indexes,
        Limits limits) {

    public ExtensionRelease {
        events = Set.copyOf(events);
        hosts = Set.copyOf(hosts);
        indexes = Map.copyOf(indexes);
    }

    /**
     * @param concurrency calls into the extension at once, over all tenants
     * @param callMillis longest call
     */
    public record Limits(int concurrency, long callMillis) {}
}
