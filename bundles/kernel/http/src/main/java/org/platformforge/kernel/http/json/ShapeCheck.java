package org.platformforge.kernel.http.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.PlatformException;

/**
 * Walks a body that could not be bound against the type it should have had, and names every place where the two differ.
 * What is wrong is taken out of the tree, so that the rest can still be bound and validated. Runs only on bad requests.
 */
final class ShapeCheck {
    private final ObjectMapper mapper;
    private final Problems problems;

    ShapeCheck(ObjectMapper mapper, Problems problems) {
        this.mapper = mapper;
        this.problems = problems;
    }

    /** @return whether the node may stay in the tree */
    boolean check(JsonNode node, JavaType type, String path) {
        if (node.isNull() || type.getRawClass() == Object.class) {
            return true;
        }
        if (type.isMapLikeType()) {
            return node.isObject() ? members((ObjectNode) node, type, path) : wrong(path, "must be an object");
        }
        if (type.isCollectionLikeType()
                || type.isArrayType() && type.getContentType().getRawClass() != byte.class) {
            return node.isArray() ? items((ArrayNode) node, type, path) : wrong(path, "must be an array");
        }
        if (isBean(type)) {
            return node.isObject() ? fields((ObjectNode) node, type, path) : wrong(path, "must be an object");
        }
        return leaf(node, type, path);
    }

    private boolean items(ArrayNode array, JavaType type, String path) {
        for (int i = 0; i < array.size(); i++) {
            String itemPath = Paths.item(path, i);
            if (array.get(i).isNull() && !NoNullItems.allowed(type.getContentType())) {
                wrong(itemPath, NoNullItems.MESSAGE);
            } else if (!check(array.get(i), type.getContentType(), itemPath)) {
                array.setNull(i);
            }
        }
        return true;
    }

    private boolean members(ObjectNode object, JavaType type, String path) {
        for (Iterator<Map.Entry<String, JsonNode>> it = object.properties().iterator(); it.hasNext(); ) {
            Map.Entry<String, JsonNode> member = it.next();
            String memberPath = Paths.field(path, member.getKey());
            if (!keyFits(member.getKey(), type.getKeyType(), memberPath)
                    || !check(member.getValue(), type.getContentType(), memberPath)) {
                it.remove();
            }
        }
        return true;
    }

    private boolean keyFits(String key, JavaType keyType, String path) {
        if (keyType == null || keyType.getRawClass() == String.class || keyType.getRawClass() == Object.class) {
            return true;
        }
        try {
            mapper.readerFor(mapper.getTypeFactory()
                            .constructMapType(HashMap.class, keyType, mapper.constructType(Object.class)))
                    .readValue(mapper.createObjectNode().putNull(key));
            return true;
        } catch (IOException e) {
            return wrong(path, "is not a valid key");
        }
    }

    private boolean fields(ObjectNode object, JavaType type, String path) {
        Map<String, BeanPropertyDefinition> known = properties(type);
        for (Iterator<Map.Entry<String, JsonNode>> it = object.properties().iterator(); it.hasNext(); ) {
            Map.Entry<String, JsonNode> field = it.next();
            String fieldPath = Paths.field(path, field.getKey());
            BeanPropertyDefinition property = known.get(field.getKey());
            if (property == null) {
                wrong(fieldPath, "is not a known field");
                it.remove();
            } else if (!check(field.getValue(), property.getPrimaryType(), fieldPath)) {
                it.remove();
            }
        }
        return true;
    }

    private Map<String, BeanPropertyDefinition> properties(JavaType type) {
        Map<String, BeanPropertyDefinition> byName = new HashMap<>();
        for (BeanPropertyDefinition property : describe(type).findProperties()) {
            if (property.couldDeserialize()) {
                byName.put(property.getName(), property);
                property.findAliases().forEach(alias -> byName.put(alias.getSimpleName(), property));
            }
        }
        return byName;
    }

    /** Records, and only those that Jackson reads field by field; everything else is asked as a whole. */
    private boolean isBean(JavaType type) {
        if (!type.getRawClass().isRecord()) {
            return false;
        }
        return describe(type).getClassAnnotations().get(JsonDeserialize.class) == null;
    }

    private BeanDescription describe(JavaType type) {
        return mapper.getDeserializationConfig().introspect(type);
    }

    private boolean leaf(JsonNode node, JavaType type, String path) {
        try {
            mapper.readerFor(type).readValue(node);
            return true;
        } catch (JsonMappingException e) {
            return leafProblem(e, type, path);
        } catch (JsonProcessingException e) {
            return wrong(path, TypeNames.expected(type, mapper));
        } catch (IOException e) {
            throw new UncheckedIOException("a tree in memory failed to be read", e);
        }
    }

    private boolean leafProblem(JsonMappingException failure, JavaType type, String path) {
        if (failure.getCause() instanceof PlatformException refused) {
            return refusedByItself(refused, path);
        }
        StringBuilder where = new StringBuilder(path);
        for (JsonMappingException.Reference reference : failure.getPath()) {
            String inner = reference.getFieldName() != null
                    ? Paths.field(where.toString(), reference.getFieldName())
                    : Paths.item(where.toString(), Math.max(0, reference.getIndex()));
            where.setLength(0);
            where.append(inner);
        }
        boolean inside = where.length() != path.length();
        return wrong(where.toString(), inside ? "is not valid" : TypeNames.expected(type, mapper));
    }

    private boolean refusedByItself(PlatformException refused, String path) {
        if (refused.fields().isEmpty()) {
            return wrong(path, refused.getMessage());
        }
        for (FieldError field : refused.fields()) {
            wrong(path.isEmpty() ? field.field() : Paths.field(path, field.field()), field.message());
        }
        return false;
    }

    private boolean wrong(String path, String message) {
        problems.add(path, message);
        return false;
    }
}
