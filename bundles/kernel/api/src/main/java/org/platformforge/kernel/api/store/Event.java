package org.platformforge.kernel.api.store;

import java.time.Instant;
import java.util.Map;

/**
 * A committed event.
 *
 * @param id {@code evt_…}, unique
 * @param sequence position in the platform's event order, strictly growing per tenant
 */
public record Event(
        String id, long sequence, String tenantId, String type, Instant createdAt, Map<String, Object> data) {}
