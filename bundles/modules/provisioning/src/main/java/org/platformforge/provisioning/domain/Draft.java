package org.platformforge.provisioning.domain;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.provisioning.domain.template.Template;

/**
 * What a request would come to. Nothing of it is stored.
 *
 * @param parameters complete, with secrets in clear
 * @param resourceIds by name
 * @param resources in the order they would be made in
 * @param claims names it needs for itself
 * @param problems everything that is wrong with the request; the rest is not complete when there is one
 * @param conflict the provision that already has this service in this environment, or null
 * @param missingTypes resource types that no engine here makes
 */
record Draft(
        Template template,
        String provisionId,
        Map<String, Object> parameters,
        Map<String, String> resourceIds,
        String service,
        String environment,
        List<PlannedResource> resources,
        List<Claim> claims,
        List<FieldError> problems,
        String conflict,
        Set<String> missingTypes) {}
