package org.platformforge.kernel.http.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import java.io.IOException;

/** Refuses {@code 1e999}, which would silently become infinity, and every text that spells a number. */
final class FiniteDoubleDeserializer extends StdScalarDeserializer<Double> {
    private static final long serialVersionUID = 1L;

    private final Double whenNull;

    FiniteDoubleDeserializer(Double whenNull) {
        super(Double.class);
        this.whenNull = whenNull;
    }

    @Override
    public Double deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        boolean number = parser.hasToken(JsonToken.VALUE_NUMBER_FLOAT) || parser.hasToken(JsonToken.VALUE_NUMBER_INT);
        if (!number) {
            return (Double) context.handleUnexpectedToken(Double.class, parser);
        }
        double value = parser.getDoubleValue();
        if (!Double.isFinite(value)) {
            return (Double) context.handleWeirdNumberValue(Double.class, value, "out of range");
        }
        return value;
    }

    @Override
    public Double getNullValue(DeserializationContext context) {
        return whenNull;
    }
}
