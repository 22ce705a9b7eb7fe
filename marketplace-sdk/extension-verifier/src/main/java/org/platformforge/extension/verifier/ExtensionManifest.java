package org.platformforge.extension.verifier;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.osgi.framework.Version;

/**
 * What an extension says of itself in {@code META-INF/extension.yaml}. Immutable; its values are JSON-compatible.
 *
 * @param id {@code publisher.name}
 * @param version {@code x.y.z}
 * @param category one of {@link #CATEGORIES}
 * @param license an SPDX licence expression
 * @param homepage an http or https address, empty when there is none
 * @param changelog what is new, empty when it does not say
 * @param indexes per document collection, the top-level fields that can be asked for
 * @param configuration JSON Schema 2020-12 of a tenant's settings; an empty object schema when it takes none
 */
public record ExtensionManifest(
        String id,
        String name,
        String version,
        String description,
        String category,
        String license,
        String homepage,
        String changelog,
        Requires requires,
        Permissions permissions,
        Map<String, Set<String>> indexes,
        Limits limits,
        Map<String, Object> configuration) {

    /** Where it lies in the bundle. */
    public static final String PATH = "META-INF/extension.yaml";

    public static final Set<String> CATEGORIES =
            Set.of("analytics", "productivity", "developer-tools", "integration", "security", "templates", "other");

    /**
     * @param api range of versions of {@code org.platformforge.extension.api} it works with, see {@link Ranges}
     * @param extensions ids of the extensions it needs, with their ranges
     */
    public record Requires(String api, Map<String, String> extensions) {}

    /**
     * What an installer has to accept.
     *
     * @param events types of events it may listen to; {@code provision.*} stands for all with that beginning
     * @param network {@code host} or {@code host:port} it may send HTTP to
     * @param unsafe what its byte code may do beyond the default, see {@link JdkAccess#PERMISSIONS}
     */
    public record Permissions(Set<String> events, Set<String> network, Set<String> unsafe) {}

    /**
     * @param concurrency calls at once, over all tenants
     * @param callSeconds longest call
     */
    public record Limits(int concurrency, int callSeconds) {
        public static final Limits DEFAULT = new Limits(16, 10);
        static final int MAX_CONCURRENCY = 64;
        static final int MAX_CALL_SECONDS = 30;
    }

    /** @param manifest present when there is no error */
    public record Reading(Optional<ExtensionManifest> manifest, List<Finding> findings) {}

    /** Reads a manifest; all that is wrong with it is told at once. Never throws for bad input. */
    public static Reading read(byte[] yaml) {
        Findings findings = new Findings();
        Optional<ExtensionManifest> manifest = ManifestReader.read(yaml, findings);
        return new Reading(manifest, findings.list());
    }

    /** The same for values that came as JSON. */
    public static Reading of(Map<String, ?> values) {
        Findings findings = new Findings();
        Optional<ExtensionManifest> manifest = ManifestReader.of(values, findings);
        return new Reading(manifest, findings.list());
    }

    /** The version, to be compared. */
    public Version osgiVersion() {
        return Version.parseVersion(version);
    }

    /** The publisher: the id up to its dot. */
    public String publisher() {
        return id.substring(0, id.indexOf('.'));
    }
}
