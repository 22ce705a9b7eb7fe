package org.platformforge.provisioning.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * One run of a template.
 *
 * @param service what people call the thing that is made
 * @param parameters complete, secrets masked
 * @param sealedParameters the secret ones, null when there are none or they are not needed any more
 * @param definition the template as it was when the provision began, as JSON
 * @param resourceIds of all resources of the template by name, whether they are made yet or not
 * @param engines that made something for it
 * @param outputs empty until it is completed; secret ones masked
 * @param sealedOutputs the secret ones, or null
 * @param estimate how long it was expected to take
 * @param error null while nothing went wrong
 * @param finishedAt null while it runs
 */
public record Provision(
        String id,
        String tenantId,
        String template,
        String templateVersion,
        String service,
        String environment,
        ProvisionStatus status,
        Map<String, Object> parameters,
        String sealedParameters,
        String definition,
        Map<String, String> resourceIds,
        List<String> engines,
        Map<String, String> outputs,
        String sealedOutputs,
        String operationId,
        Duration estimate,
        Fault error,
        String createdBy,
        Instant createdAt,
        Instant finishedAt) {
    /** What the ids of provisions begin with. */
    static final String PREFIX = "prov-";
}
