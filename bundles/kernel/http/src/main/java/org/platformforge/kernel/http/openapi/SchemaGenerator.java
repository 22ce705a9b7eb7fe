package org.platformforge.kernel.http.openapi;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Field;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.validation.Constraint;
import javax.validation.Valid;
import org.platformforge.kernel.api.http.Submitted;
import org.platformforge.kernel.http.route.RouteScope;

/**
 * Schemas of wire records, by the very mapper that reads and writes them. For one generation and one thread; what it
 * leaves behind is JSON only.
 */
final class SchemaGenerator {
    private final ObjectMapper mapper;
    private final RouteScope scope;
    private final Map<String, ObjectNode> components = new TreeMap<>();
    private final Map<String, JavaType> owners = new TreeMap<>();

    /** @param scope whose schemas they are: decides their names */
    SchemaGenerator(ObjectMapper mapper, RouteScope scope) {
        this.mapper = mapper;
        this.scope = scope;
    }

    /** The named schemas met so far. */
    Map<String, ObjectNode> components() {
        return components;
    }

    /**
     * @param input whether a client sends it (unknown fields refused, unless {@link JsonIgnoreProperties} says otherwise) or
     *     gets it (fields may be added later)
     */
    ObjectNode schema(Type type, boolean input) {
        return schema(mapper.constructType(type), input);
    }

    private ObjectNode schema(JavaType type, boolean input) {
        Class<?> raw = type.getRawClass();
        ObjectNode scalar = ScalarSchemas.of(raw);
        if (scalar != null) {
            return scalar;
        }
        if (raw == Optional.class || raw == Submitted.class) {
            return schema(type.containedTypeOrUnknown(0), input);
        }
        if (type.isEnumType()) {
            return constants(raw);
        }
        if (type.isMapLikeType()) {
            ObjectNode map = Json.type("object");
            return map.set("additionalProperties", schema(type.getContentType(), input));
        }
        if (type.isCollectionLikeType() || type.isArrayType()) {
            ObjectNode list = Json.type("array");
            return list.set("items", schema(type.getContentType(), input));
        }
        return raw.isRecord() ? Json.schemaRef(component(type, input)) : Json.object();
    }

    private ObjectNode constants(Class<?> type) {
        ObjectNode schema = Json.type("string");
        ArrayNode values = schema.putArray("enum");
        for (Object constant : type.getEnumConstants()) {
            values.add(mapper.valueToTree(constant).asText());
        }
        return schema;
    }

    private String component(JavaType type, boolean input) {
        String name = scope.schema(SchemaNames.of(type, input));
        JavaType owner = owners.putIfAbsent(name, type);
        if (owner != null && !owner.equals(type)) {
            throw new IllegalStateException("two types share the schema name " + name + ": " + owner.toCanonical()
                    + " and " + type.toCanonical());
        }
        if (owner == null) {
            ObjectNode schema = Json.type("object");
            components.put(name, schema);
            describe(schema, type, input);
        }
        return name;
    }

    private void describe(ObjectNode schema, JavaType type, boolean input) {
        ObjectNode properties = schema.putObject("properties");
        ArrayNode required = Json.array();
        Map<String, BeanPropertyDefinition> known = properties(type, input);
        for (RecordComponent component : type.getRawClass().getRecordComponents()) {
            BeanPropertyDefinition property = known.get(component.getName());
            if (property != null) {
                if (input) {
                    requireCascade(component);
                }
                properties.set(property.getName(), propertySchema(property.getPrimaryType(), component, input));
                if (isRequired(component, input)) {
                    required.add(property.getName());
                }
            }
        }
        if (!required.isEmpty()) {
            schema.set("required", required);
        }
        if (input) {
            JsonIgnoreProperties ignored = type.getRawClass().getAnnotation(JsonIgnoreProperties.class);
            schema.put("additionalProperties", ignored != null && ignored.ignoreUnknown());
        }
    }

    /** What the mapper reads or writes of the type, by the name in the code. */
    private Map<String, BeanPropertyDefinition> properties(JavaType type, boolean input) {
        BeanDescription description = input
                ? mapper.getDeserializationConfig().introspect(type)
                : mapper.getSerializationConfig().introspect(type);
        Map<String, BeanPropertyDefinition> properties = new HashMap<>();
        description.findProperties().forEach(property -> properties.put(property.getInternalName(), property));
        return properties;
    }

    private ObjectNode propertySchema(JavaType type, RecordComponent component, boolean input) {
        ObjectNode schema = schema(type, input);
        ConstraintKeywords.apply(schema, annotations(component));
        constrainItems(schema, component.getAnnotatedType());
        JsonPropertyDescription description = component.getAccessor().getAnnotation(JsonPropertyDescription.class);
        if (description != null) {
            schema.put("description", description.value());
        }
        boolean nullable =
                !input && alwaysWritten(component) && !component.getType().isPrimitive();
        return nullable ? nullable(schema) : schema;
    }

    /** Constraints on the elements: {@code List<@NotBlank String>}. */
    private static void constrainItems(ObjectNode schema, AnnotatedType type) {
        String inner = schema.has("items") ? "items" : "additionalProperties";
        if (!(type instanceof AnnotatedParameterizedType generic)
                || !schema.path(inner).isObject()) {
            return;
        }
        AnnotatedType[] arguments = generic.getAnnotatedActualTypeArguments();
        AnnotatedElement element = arguments[arguments.length - 1];
        ConstraintKeywords.apply((ObjectNode) schema.get(inner), element);
    }

    private static boolean isRequired(RecordComponent component, boolean input) {
        if (input) {
            return ConstraintKeywords.isRequired(annotations(component));
        }
        return component.getType().isPrimitive()
                || alwaysWritten(component)
                || ConstraintKeywords.isRequired(annotations(component));
    }

    /** Constraints inside would stand in the document and not be enforced: that is a mistake of the module. */
    private static void requireCascade(RecordComponent component) {
        if (component.getType().isRecord() && isConstrained(component.getType()) && !cascades(component)) {
            throw new IllegalStateException("the component " + component.getName() + " of the record "
                    + component.getDeclaringRecord().getName() + " needs @Valid: its type has constraints");
        }
    }

    private static boolean cascades(RecordComponent component) {
        return annotations(component).isAnnotationPresent(Valid.class)
                || component.getAnnotatedType().isAnnotationPresent(Valid.class);
    }

    private static boolean isConstrained(Class<?> type) {
        return Arrays.stream(type.getRecordComponents())
                .flatMap(component -> Arrays.stream(annotations(component).getAnnotations()))
                .anyMatch(annotation -> annotation.annotationType().isAnnotationPresent(Constraint.class));
    }

    /** Bean validation's annotations know no record components; the compiler puts them on the field behind. */
    private static Field annotations(RecordComponent component) {
        try {
            return component.getDeclaringRecord().getDeclaredField(component.getName());
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException("every record component has a field", e);
        }
    }

    /** {@code @JsonInclude(ALWAYS)} keeps a null on the wire, where a document shows one. */
    private static boolean alwaysWritten(RecordComponent component) {
        JsonInclude own = component.getAccessor().getAnnotation(JsonInclude.class);
        JsonInclude ofClass = component.getDeclaringRecord().getAnnotation(JsonInclude.class);
        JsonInclude decides = own == null ? ofClass : own;
        return decides != null && decides.value() == JsonInclude.Include.ALWAYS;
    }

    private static ObjectNode nullable(ObjectNode schema) {
        if (schema.path("type").isTextual()) {
            String type = schema.get("type").asText();
            schema.putArray("type").add(type).add("null");
            if (schema.path("enum").isArray()) {
                ((ArrayNode) schema.get("enum")).addNull();
            }
            return schema;
        }
        if (schema.isEmpty()) {
            return schema;
        }
        ObjectNode either = Json.object();
        either.putArray("anyOf").add(schema).add(Json.type("null"));
        return either;
    }
}
