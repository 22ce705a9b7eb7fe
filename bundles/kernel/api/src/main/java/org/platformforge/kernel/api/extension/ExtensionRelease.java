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
 * @param tier where it runs
 */
public record ExtensionRelease(
        String extensionId,
        String version,
        String sha256,
        Path artifact,
        Set<String> events,
        Set<String> hosts,
        Map<String, Set<String>> indexes,
        Limits limits,
        Tier tier) {

    /** Where a release runs; the walls of each are described in the README of the runtime. */
    public enum Tier {
        /** In the platform's own process: walls against mistakes. */
        T1,
        /** In a process of its own. */
        T2
    }

    /** One that runs in the platform's own process. */
    public ExtensionRelease(
            String extensionId,
            String version,
            String sha256,
            Path artifact,
            Set<String> events,
            Set<String> hosts,
            Map<String, Set<String>> indexes,
            Limits limits) {
        this(extensionId, version, sha256, artifact, events, hosts, indexes, limits, Tier.T1);
    }

    /** The same release elsewhere. */
    public ExtensionRelease in(Tier other) {
        return new ExtensionRelease(extensionId, version, sha256, artifact, events, hosts, indexes, limits, other);
    }

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
