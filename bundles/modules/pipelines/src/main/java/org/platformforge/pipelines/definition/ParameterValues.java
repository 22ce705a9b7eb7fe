package org.platformforge.pipelines.definition;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.pipelines.definition.Definition.Parameter;

/** What was said when a run was started, against what its definition asks for. Stateless. */
public final class ParameterValues {
    private ParameterValues() {}

    /** All that is wrong. */
    public static List<FieldError> problems(Map<String, Parameter> declared, Map<String, Object> given) {
        List<FieldError> problems = new ArrayList<>();
        given.forEach((name, value) -> {
            Parameter parameter = declared.get(name);
            String wrong = parameter == null
                    ? "is no parameter of this pipeline"
                            + (declared.isEmpty() ? "" : "; it has " + String.join(", ", declared.keySet()))
                    : wrong(parameter, value);
            if (wrong != null) {
                problems.add(new FieldError("parameters." + name, wrong));
            }
        });
        declared.values().stream()
                .filter(parameter -> parameter.preset() == null && !given.containsKey(parameter.name()))
                .forEach(parameter -> problems.add(new FieldError("parameters." + parameter.name(), "is needed")));
        return problems;
    }

    /** @return null for a value that will do */
    static String wrong(Parameter parameter, Object value) {
        boolean fits = switch (parameter.type()) {
            case STRING -> value instanceof String;
            case NUMBER -> value instanceof Number;
            case BOOLEAN -> value instanceof Boolean;
        };
        if (!fits) {
            return "must be a " + parameter.type().name().toLowerCase(Locale.ROOT);
        }
        return parameter.values().isEmpty() || parameter.values().contains(value.toString())
                ? null
                : "must be one of " + String.join(", ", parameter.values());
    }

    /** As variables of commands: {@code PARAM_<NAME>}. A value is never put into the text of a command. */
    public static Map<String, String> variables(Map<String, Parameter> declared, Map<String, Object> given) {
        Map<String, String> variables = new LinkedHashMap<>();
        declared.values().forEach(parameter -> {
            Object value = given.getOrDefault(parameter.name(), parameter.preset());
            variables.put("PARAM_" + parameter.name().toUpperCase(Locale.ROOT), String.valueOf(value));
        });
        return variables;
    }
}
