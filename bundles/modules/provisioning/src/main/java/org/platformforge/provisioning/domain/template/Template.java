package org.platformforge.provisioning.domain.template;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A template without a mistake in it: every reference leads somewhere and the resources stand in an order in which each
 * comes after what it depends on. Immutable and safe for use by several threads.
 *
 * @param estimatedTime what its author expects, until the platform has measured it
 * @param service text with references: what people call the thing that is made
 * @param environment text with references
 * @param resources in the order they are made in
 * @param definition the file it came from, as JSON: what a provision keeps of its template
 */
public record Template(
        String name,
        String title,
        String description,
        String version,
        Duration estimatedTime,
        String service,
        String environment,
        ParameterSchema parameters,
        List<ResourceTemplate> resources,
        List<OutputTemplate> outputs,
        JsonNode definition) {

    public Optional<ResourceTemplate> resource(String resourceName) {
        return resources.stream().filter(r -> r.name().equals(resourceName)).findFirst();
    }

    /** The parameters that a value of this template is made of. */
    public static Set<String> parametersIn(Object value) {
        return Expression.referencesIn(value).stream()
                .filter(reference -> reference.root() == Reference.Root.PARAMETERS)
                .map(Reference::name)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** The resource types it needs an engine for. */
    public Set<String> types() {
        return resources.stream().map(ResourceTemplate::type).collect(Collectors.toCollection(LinkedHashSet::new));
    }
}
