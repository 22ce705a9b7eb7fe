package org.platformforge.driver.kubernetes;

import org.platformforge.extension.api.driver.ResourceSpec;

/**
 * A resource on its way into the cluster.
 *
 * @param artifact digest of its files, null without
 * @param token that opens its files at the platform, null without
 * @param revision a short name of this specification: the same for the same one, and telling nothing of its secrets
 * @param authority certificate of the platform's address, PEM; null where the image's own authorities do
 */
record Wanted(
        ResourceSpec resource, KubernetesSpec spec, String artifact, String token, String revision, String authority) {
    String name() {
        return Marks.name(resource.id());
    }

    /** ConfigMaps and Secrets are never changed: pods of another revision, still there, keep theirs. */
    String named(String part) {
        return name() + "-" + part + "-" + revision;
    }

    @Override
    public String toString() {
        return name(); // never the secrets
    }
}
