package org.platformforge.driver.kubernetes;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import org.platformforge.kernel.api.security.Secrets;

/**
 * Tokens that open the files of one resource, and nothing else. A pod may be made anew at any time, so that a token has no
 * end of its own: it opens for as long as the cluster has the resource. Thread-safe.
 */
final class ArtifactAccess {
    static final String HEADER = "X-Forge-Artifact-Token";
    static final String PATH = "/api/v1/engines/kubernetes/artifact";

    private static final String PURPOSE = "driver.kubernetes.artifact";
    private static final String SEPARATOR = "\n";
    private static final int LONGEST = 2048;

    private final Secrets secrets;

    /** What a token is for. */
    record Grant(String tenantId, String resourceId, String digest) {}

    ArtifactAccess(Secrets secrets) {
        this.secrets = secrets;
    }

    static String url(KubernetesConfig config) {
        return config.platform_url().strip().replaceAll("/+$", "") + PATH;
    }

    String token(Grant grant) {
        byte[] content = String.join(SEPARATOR, grant.tenantId(), grant.resourceId(), grant.digest())
                .getBytes(StandardCharsets.UTF_8);
        return encoded(content) + "." + encoded(secrets.mac(PURPOSE, content));
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Empty for what this platform has not made. */
    Optional<Grant> open(String token) {
        String[] parts = token == null || token.length() > LONGEST ? new String[0] : token.split("\\.", -1);
        if (parts.length != 2) {
            return Optional.empty();
        }
        try {
            byte[] content = Base64.getUrlDecoder().decode(parts[0]);
            byte[] mac = Base64.getUrlDecoder().decode(parts[1]);
            if (!MessageDigest.isEqual(mac, secrets.mac(PURPOSE, content))) {
                return Optional.empty();
            }
            String[] fields = new String(content, StandardCharsets.UTF_8).split(SEPARATOR, -1);
            return fields.length == 3 ? Optional.of(new Grant(fields[0], fields[1], fields[2])) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
