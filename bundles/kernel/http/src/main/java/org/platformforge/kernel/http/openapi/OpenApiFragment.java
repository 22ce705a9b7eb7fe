package org.platformforge.kernel.http.openapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/**
 * What one module generation contributes: plain JSON, no class of the module. Treated as immutable once made.
 *
 * @param owner the module's symbolic name or the extension's id
 * @param tags headings of its routes
 * @param paths path to its operations
 * @param schemas component schemas
 * @param responses component responses
 */
public record OpenApiFragment(
        String owner, Set<String> tags, ObjectNode paths, ObjectNode schemas, ObjectNode responses) {}
