package org.platformforge.extension.api.event;

import java.time.Instant;
import java.util.Map;

/**
 * Something that has happened in the tenant of the call.
 *
 * @param id {@code evt_…}, unique: the key to recognise a repetition by
 * @param type a dotted name such as {@code provision.completed}
 * @param data JSON-compatible
 */
public record PlatformEvent(String id, String type, Instant createdAt, Map<String, Object> data) {}
