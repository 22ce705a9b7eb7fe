package org.platformforge.kernel.http.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.deser.std.DelegatingDeserializer;
import com.fasterxml.jackson.databind.type.CollectionType;
import java.io.IOException;
import java.util.Collection;
import java.util.Objects;

/**
 * Refuses a null among the items of a typed list or set: {@code null} stands for an absent field, and an item cannot be
 * absent. Lists of free JSON keep theirs.
 */
final class NoNullItems extends DelegatingDeserializer {
    /** The reader that collects the other problems of a body reads past nulls that are already reported. */
    static final String REPORTED = NoNullItems.class.getName() + ".reported";

    static final String MESSAGE = "must not be null";
    private static final long serialVersionUID = 1L;

    private NoNullItems(JsonDeserializer<?> items) {
        super(items);
    }

    /** @return whether items of this type may be null */
    static boolean allowed(JavaType item) {
        return item == null
                || item.getRawClass() == Object.class
                || JsonNode.class.isAssignableFrom(item.getRawClass());
    }

    @Override
    protected JsonDeserializer<?> newDelegatingInstance(JsonDeserializer<?> items) {
        return new NoNullItems(items);
    }

    @Override
    public Object deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        Object items = super.deserialize(parser, context);
        if (items instanceof Collection<?> collection
                && context.getAttribute(REPORTED) == null
                && collection.stream().anyMatch(Objects::isNull)) {
            throw JsonMappingException.from(context, MESSAGE);
        }
        return items;
    }

    static final class Modifier extends BeanDeserializerModifier {
        private static final long serialVersionUID = 1L;

        @Override
        public JsonDeserializer<?> modifyCollectionDeserializer(
                DeserializationConfig config,
                CollectionType type,
                BeanDescription description,
                JsonDeserializer<?> deserializer) {
            return allowed(type.getContentType()) ? deserializer : new NoNullItems(deserializer);
        }
    }
}
