package org.platformforge.kernel.http.generation;

import org.platformforge.kernel.api.extension.ExternalRoutes;

/**
 * One resource method in another process.
 *
 * @param operationId as its annotation says
 * @param readsBody whether it has an entity or form parameter
 */
public record ExternalOperation(ExternalRoutes routes, String operationId, boolean readsBody) {}
