package org.platformforge.extension.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/**
 * What a route answers, before the platform puts its envelope around it.
 *
 * @param data the body as JSON; a missing node for none
 * @param error the message of a refusal, empty for success
 */
public record Answer(int status, JsonNode data, String error, Map<String, List<Object>> headers) {}
