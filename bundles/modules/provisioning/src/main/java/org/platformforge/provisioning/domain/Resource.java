package org.platformforge.provisioning.domain;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * One thing an engine holds, or is asked to hold, for a provision.
 *
 * @param name its name in the template
 * @param dependsOn ids of the resources it needs
 * @param properties as the engine got them, secrets masked
 * @param outputs what the engine said of it, secret ones masked
 * @param sealedOutputs the secret ones, or null
 * @param facts what is really enforced, in the engine's words
 * @param deleteOperationId the operation that removes it, or null
 * @param error why it could not be made or removed, or null
 */
public record Resource(
        String id,
        String tenantId,
        String provisionId,
        String name,
        String type,
        String engine,
        String service,
        String environment,
        ResourceStatus status,
        List<String> dependsOn,
        Map<String, Object> properties,
        Map<String, String> outputs,
        String sealedOutputs,
        Map<String, String> facts,
        String deleteOperationId,
        Fault error,
        Instant createdAt,
        Instant updatedAt) {
    static final String BUILD = "build";
    static final String SECRETS = "secrets";

    /**
     * Whether what it writes is told by its operation alone, which takes the secrets out: commands of a build may say what they
     * were given, and here nobody knows the values any more.
     */
    boolean writesToItsOperationAlone() {
        return type.equals(BUILD) && properties.containsKey(SECRETS);
    }
}
