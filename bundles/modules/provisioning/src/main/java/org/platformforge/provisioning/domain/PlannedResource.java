package org.platformforge.provisioning.domain;

import java.util.Map;
import java.util.Set;

/**
 * A resource that would be made.
 *
 * @param engine that would make it, null when there is none
 * @param dependsOn names of the resources made before it
 * @param properties as far as they are known now, secrets masked
 */
public record PlannedResource(
        String name, String type, String engine, Set<String> dependsOn, Map<String, Object> properties) {}
