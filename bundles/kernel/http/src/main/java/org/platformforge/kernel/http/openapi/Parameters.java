package org.platformforge.kernel.http.openapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.ws.rs.DefaultValue;
import javax.ws.rs.HeaderParam;
import javax.ws.rs.PathParam;
import javax.ws.rs.QueryParam;
import javax.ws.rs.container.Suspended;
import javax.ws.rs.core.Context;
import org.platformforge.kernel.api.PageRequest;

/** The parameters of one resource method: path, query and header, with their types, defaults and constraints. */
final class Parameters {
    private static final Pattern VARIABLE = Pattern.compile("\\{\\s*([\\w.-]+)\\s*(?::\\s*((?:[^{}]|\\{[^{}]*})+))?}");

    private final SchemaGenerator schemas;
    private final ArrayNode parameters = Json.array();
    private final Set<String> present = new HashSet<>();

    private Parameters(SchemaGenerator schemas) {
        this.schemas = schemas;
    }

    /** The path as OpenAPI writes it, without the expressions of JAX-RS. */
    static String plainPath(String template) {
        return VARIABLE.matcher(template).replaceAll("{$1}");
    }

    static ArrayNode of(String template, Method method, SchemaGenerator schemas) {
        Parameters all = new Parameters(schemas);
        Map<String, String> variables = variables(template);
        for (Parameter parameter : method.getParameters()) {
            all.add(parameter, variables);
        }
        variables.forEach(
                (name, expression) -> all.add("path", name, true, pathSchema(Json.type("string"), expression)));
        return all.parameters;
    }

    /** The parameter that takes the body; null when there is none. */
    static Parameter body(Method method) {
        for (Parameter parameter : method.getParameters()) {
            boolean elsewhere = parameter.isAnnotationPresent(Context.class)
                    || parameter.isAnnotationPresent(PathParam.class)
                    || parameter.isAnnotationPresent(QueryParam.class)
                    || parameter.isAnnotationPresent(HeaderParam.class)
                    || parameter.isAnnotationPresent(Suspended.class);
            if (!elsewhere) {
                return parameter;
            }
        }
        return null;
    }

    private void add(Parameter parameter, Map<String, String> variables) {
        if (parameter.isAnnotationPresent(PathParam.class)) {
            String name = parameter.getAnnotation(PathParam.class).value();
            add("path", name, true, pathSchema(schema(parameter), variables.get(name)));
        } else if (parameter.isAnnotationPresent(QueryParam.class)) {
            boolean required =
                    ConstraintKeywords.isRequired(parameter) && !parameter.isAnnotationPresent(DefaultValue.class);
            add("query", parameter.getAnnotation(QueryParam.class).value(), required, schema(parameter));
        } else if (parameter.isAnnotationPresent(HeaderParam.class)) {
            boolean required = ConstraintKeywords.isRequired(parameter);
            add("header", parameter.getAnnotation(HeaderParam.class).value(), required, schema(parameter));
        } else if (parameter.getType() == PageRequest.class) {
            addPaging();
        }
    }

    private void addPaging() {
        ObjectNode limit = Json.type("integer", "int32").put("default", PageRequest.DEFAULT_LIMIT);
        limit.put("description", "Clamped to 1…" + PageRequest.MAX_LIMIT + ".");
        add("query", "limit", false, limit);
        add("query", "offset", false, Json.type("integer", "int32").put("default", 0));
        add(
                "query",
                "page",
                false,
                Json.type("integer", "int32").put("description", "Counted from 1; instead of offset."));
        add("query", "cursor", false, Json.type("string").put("description", "Of Link rel=next; wins over offset."));
    }

    private ObjectNode schema(Parameter parameter) {
        ObjectNode schema = schemas.schema(parameter.getParameterizedType(), true);
        ConstraintKeywords.apply(schema, parameter);
        DefaultValue byDefault = parameter.getAnnotation(DefaultValue.class);
        if (byDefault != null) {
            putDefault(schema, byDefault.value());
        }
        return schema;
    }

    private static void putDefault(ObjectNode schema, String value) {
        switch (schema.path("type").asText()) {
            case "integer" -> schema.put("default", Long.parseLong(value));
            case "number" -> schema.put("default", Double.parseDouble(value));
            case "boolean" -> schema.put("default", Boolean.parseBoolean(value));
            case "array" -> schema.putArray("default").add(value);
            default -> schema.put("default", value);
        }
    }

    private void add(String in, String name, boolean required, ObjectNode schema) {
        if (present.add(in + " " + name)) {
            ObjectNode parameter = parameters.addObject();
            parameter.put("name", name).put("in", in);
            if (required) {
                parameter.put("required", true);
            }
            parameter.set("schema", schema);
        }
    }

    private static ObjectNode pathSchema(ObjectNode schema, String expression) {
        if (expression != null && "string".equals(schema.path("type").asText()) && !schema.has("pattern")) {
            schema.put("pattern", "^" + expression + "$");
        }
        return schema;
    }

    private static Map<String, String> variables(String template) {
        Map<String, String> variables = new LinkedHashMap<>();
        Matcher matcher = VARIABLE.matcher(template);
        while (matcher.find()) {
            variables.put(
                    matcher.group(1),
                    matcher.group(2) == null ? null : matcher.group(2).trim());
        }
        return variables;
    }
}
