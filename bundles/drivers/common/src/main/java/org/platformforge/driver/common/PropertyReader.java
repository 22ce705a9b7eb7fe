package org.platformforge.driver.common;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.platformforge.extension.api.driver.Driver.Problem;
import org.platformforge.extension.api.driver.ResourceSpec;
import org.platformforge.kernel.api.delivery.Quantity;

/**
 * Reads the properties of a resource one after the other and notes what is wrong instead of stopping at it. A value that is
 * missing, or wrong, is read as null or empty. Of one thread.
 */
public final class PropertyReader {
    private static final Set<String> OURS = Set.of("PORT", "HOST");

    private final Map<String, Object> properties;
    private final List<Problem> problems;

    public PropertyReader(ResourceSpec spec, Set<String> known, List<Problem> problems) {
        this.properties = spec.properties();
        this.problems = problems;
        properties.keySet().stream()
                .filter(key -> !known.contains(key))
                .forEach(key -> problem(key, "is not a property of type " + spec.type()));
    }

    public void problem(String property, String message) {
        problems.add(new Problem(property, message));
    }

    public String text(String name) {
        Object value = properties.get(name);
        if (value == null) {
            return null;
        }
        if (value instanceof String text && !text.isBlank() && text.indexOf('\0') < 0) {
            return text;
        }
        problem(name, "must be a text that is not empty");
        return null;
    }

    public Map<?, ?> map(String name) {
        Object value = properties.get(name);
        if (value != null && !(value instanceof Map)) {
            problem(name, "must be an object");
        }
        return value instanceof Map<?, ?> map ? map : Map.of();
    }

    /** Variables of {@code env} and {@code secrets}, the latter prevailing. */
    public Map<String, String> variables() {
        Map<String, String> all = new LinkedHashMap<>(variables("env"));
        all.putAll(variables("secrets"));
        return all;
    }

    /** Variables of the one or the other of the two. */
    public Map<String, String> variables(String name) {
        Map<String, String> variables = new LinkedHashMap<>();
        map(name).forEach((key, value) -> {
            String variable = String.valueOf(key);
            if (!variable.matches("[A-Za-z_][A-Za-z0-9_]*")) {
                problem(name + "." + variable, "is not the name of an environment variable");
            } else if (OURS.contains(variable) || variable.startsWith("FORGE_")) {
                problem(name + "." + variable, "is set by the platform");
            } else if (value == null || value.toString().indexOf('\0') >= 0) {
                problem(name + "." + variable, "must be a text");
            } else {
                variables.put(variable, value.toString());
            }
        });
        return variables;
    }

    /** Commands for {@code /bin/sh -c}. */
    public List<String> commands(String name) {
        List<String> commands = new ArrayList<>();
        boolean wrong = !(properties.get(name) instanceof List<?> list) || list.isEmpty();
        if (properties.get(name) instanceof List<?> list) {
            for (Object command : list) {
                if (command instanceof String text && !text.isBlank() && text.indexOf('\0') < 0) {
                    commands.add(text);
                } else {
                    wrong = true;
                }
            }
        }
        if (wrong) {
            problem(name, "must be a list of commands, none of them empty");
        }
        return List.copyOf(commands);
    }

    public BigDecimal cores(String name) {
        BigDecimal cores = quantity(name);
        if (properties.get(name) != null && (cores == null || cores.signum() <= 0)) {
            problem(name, "must be a number of cores such as 0.5 or 500m");
            return null;
        }
        return cores;
    }

    /** @param like an example, and the smallest amount there is */
    public Long bytes(String name, String like, long smallest) {
        BigDecimal bytes = quantity(name);
        boolean good = bytes != null
                && bytes.compareTo(BigDecimal.valueOf(smallest)) >= 0
                && bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) <= 0;
        if (properties.get(name) != null && !good) {
            problem(name, "must be an amount such as " + like + ", at least " + (smallest >> 20) + "Mi");
        }
        return good ? Long.valueOf(bytes.longValue()) : null;
    }

    private BigDecimal quantity(String name) {
        Object value = properties.get(name);
        return value == null
                ? null
                : Quantity.parse(value.toString()).map(Quantity::value).orElse(null);
    }

    /** Within 1 and the most there is; what is missing is as configured. */
    public int seconds(String name, int most, int otherwise) {
        return seconds(properties.get(name), most, otherwise);
    }

    public static int seconds(Object value, int most, int otherwise) {
        return value instanceof Number number ? Math.max(1, Math.min(most, number.intValue())) : otherwise;
    }
}
