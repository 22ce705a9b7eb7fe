package org.platformforge.provisioning.domain.template;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One resource of a template.
 *
 * @param dependsOn the resources that must be there first: those written down and those its properties refer to
 * @param properties as the template's author wrote them, references unresolved
 * @param exclusive properties whose value only one resource of this type on the whole platform may have
 * @param secretOutputs outputs that are sealed at rest and masked in answers
 */
public record ResourceTemplate(
        String name,
        String type,
        Set<String> dependsOn,
        Map<String, Object> properties,
        List<String> exclusive,
        Set<String> secretOutputs) {}
