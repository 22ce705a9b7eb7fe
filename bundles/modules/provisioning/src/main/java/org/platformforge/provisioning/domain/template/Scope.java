package org.platformforge.provisioning.domain.template;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What the references of a template resolve to for one provision. Immutable.
 *
 * <p>A value that is a reference and nothing else takes the type of what it points at; inside a longer text it is
 * written out. A parameter that was not given leaves its key out, and nothing in a text. The outputs of a resource that
 * is not made yet are unknown, and so is everything that contains one.
 */
public final class Scope {
    /** In place of a value that only a later step can know. */
    private static final Object UNKNOWN = new Object();

    private final String tenantId;
    private final String provisionId;
    private final Map<String, Object> parameters;
    private final Map<String, String> resourceIds;
    private final Map<String, Map<String, String>> outputs;

    /**
     * @param parameters complete, with defaults
     * @param resourceIds of every resource of the template, by name
     * @param outputs of the resources that are there, by name
     */
    public Scope(
            String tenantId,
            String provisionId,
            Map<String, Object> parameters,
            Map<String, String> resourceIds,
            Map<String, Map<String, String>> outputs) {
        this.tenantId = tenantId;
        this.provisionId = provisionId;
        this.parameters = parameters;
        this.resourceIds = resourceIds;
        this.outputs = outputs;
    }

    /** The value with every reference resolved; keys whose value is unknown or was not given are left out. */
    public Map<String, Object> resolve(Map<String, Object> values) {
        Map<String, Object> resolved = new LinkedHashMap<>();
        values.forEach((key, value) -> {
            Object result = resolveValue(value);
            if (result != null && result != UNKNOWN) {
                resolved.put(key, result);
            }
        });
        return resolved;
    }

    /** A text that must be known by now. Empty when its parameter was not given. */
    public String resolveText(String text) {
        Object result = resolveValue(text);
        return result == null || result == UNKNOWN ? "" : result.toString();
    }

    /** Whether the value contains an output that is not known yet. */
    public boolean unknown(Object value) {
        return Expression.referencesIn(value).stream().anyMatch(reference -> lookup(reference) == UNKNOWN);
    }

    private Object resolveValue(Object value) {
        if (value instanceof String text) {
            return resolveExpression(Expression.parse(text));
        }
        if (value instanceof Map<?, ?> map) {
            @SuppressWarnings("unchecked")
            Map<String, Object> values = (Map<String, Object>) map;
            return resolve(values);
        }
        if (value instanceof List<?> list) {
            return list.stream()
                    .map(this::resolveValue)
                    .filter(item -> item != null && item != UNKNOWN)
                    .toList();
        }
        return value;
    }

    private Object resolveExpression(Expression expression) {
        if (expression.whole().isPresent()) {
            return lookup(expression.whole().get());
        }
        StringBuilder text = new StringBuilder();
        for (Object part : expression.parts()) {
            Object value = part instanceof Reference reference ? lookup(reference) : part;
            if (value == UNKNOWN) {
                return UNKNOWN;
            }
            text.append(Objects.requireNonNullElse(value, ""));
        }
        return text.toString();
    }

    private Object lookup(Reference reference) {
        return switch (reference.root()) {
            case PARAMETERS -> descend(parameters, reference.path());
            case PROVISION -> provisionId;
            case TENANT -> tenantId;
            case RESOURCES -> reference.toOutput() ? output(reference) : resourceIds.get(reference.name());
        };
    }

    private Object output(Reference reference) {
        Map<String, String> known = outputs.get(reference.name());
        return known == null ? UNKNOWN : known.get(reference.path().get(2));
    }

    private static Object descend(Object value, List<String> path) {
        Object current = value;
        for (String segment : path) {
            current = current instanceof Map<?, ?> map ? map.get(segment) : null;
        }
        return current;
    }
}
