package org.platformforge.extension.api.driver;

import java.util.Map;

/**
 * What a resource shall be. The id, tenant and provision are the owner tags every external object must carry.
 *
 * @param id {@code res-…}
 * @param name its name in the template, such as {@code app}
 * @param service what a person calls it: the application's name
 * @param environment such as {@code dev}
 * @param type one of {@link Driver#resourceTypes()}
 * @param properties as the template gives them, references resolved; JSON-compatible
 */
public record ResourceSpec(
        String id,
        String tenantId,
        String provisionId,
        String name,
        String service,
        String environment,
        String type,
        Map<String, Object> properties) {}
