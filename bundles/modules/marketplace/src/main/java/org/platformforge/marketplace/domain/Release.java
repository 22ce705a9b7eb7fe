package org.platformforge.marketplace.domain;

import java.time.Instant;
import java.util.List;
import org.platformforge.kernel.api.delivery.ArtifactStore;

/**
 * One version of an extension.
 *
 * @param tenantId the publisher's
 * @param id {@code rel_…}
 * @param sha256 of the artifact, null for a draft without one
 * @param size of the artifact in bytes
 * @param signature base64 as it was given, or null
 * @param keyId the key that made it, or null
 * @param findings of the checks that did not refuse it
 */
public record Release(
        String tenantId,
        String id,
        String extensionId,
        String version,
        State state,
        String sha256,
        long size,
        Manifest manifest,
        String changelog,
        String signature,
        String keyId,
        List<Finding> findings,
        String yankReason,
        String createdBy,
        Instant createdAt,
        Instant publishedAt,
        Instant yankedAt) {

    /** Legal transitions: draft → published → yanked. */
    public enum State {
        DRAFT,
        PUBLISHED,
        YANKED;

        public String wire() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** What is known of who made the artifact. */
    public enum Signature {
        SIGNED,
        UNSIGNED,
        /** The key that signed it was revoked afterwards. */
        REVOKED_KEY;

        public String wire() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** As the artifact store names the artifact. */
    String digest() {
        return ArtifactStore.ALGORITHM + sha256;
    }

    /** The publisher's. */
    public String namespace() {
        return extensionId.substring(0, extensionId.indexOf('.'));
    }

    /** The same content, signed with another key. */
    public Release withSignature(String text, String key) {
        return new Release(
                tenantId,
                id,
                extensionId,
                version,
                state,
                sha256,
                size,
                manifest,
                changelog,
                text,
                key,
                findings,
                yankReason,
                createdBy,
                createdAt,
                publishedAt,
                yankedAt);
    }

    public Release withState(State next, Instant at, String reason) {
        return new Release(
                tenantId,
                id,
                extensionId,
                version,
                next,
                sha256,
                size,
                manifest,
                changelog,
                signature,
                keyId,
                findings,
                next == State.YANKED ? reason : yankReason,
                createdBy,
                createdAt,
                next == State.PUBLISHED ? at : publishedAt,
                next == State.YANKED ? at : yankedAt);
    }
}
