package org.platformforge.kernel.http.json;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.net.URL;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.UUID;
import java.util.stream.Collectors;

/** Says in a client's words what a type expects; never a class name. */
final class TypeNames {
    private TypeNames() {}

    static String expected(JavaType type, ObjectMapper mapper) {
        Class<?> raw = type.getRawClass();
        if (type.isEnumType()) {
            return "must be one of " + constants(raw, mapper);
        }
        if (type.isContainerType()) {
            return type.isMapLikeType() ? "must be an object" : "must be an array";
        }
        if (raw == Instant.class) {
            return "must be a date and time in ISO-8601 with its zone, such as 2024-01-20T10:00:00Z";
        }
        if (raw == LocalDate.class) {
            return "must be a date such as 2024-01-20";
        }
        if (raw == Duration.class) {
            return "must be a duration in ISO-8601, such as PT5M";
        }
        return simple(raw);
    }

    static String simple(Class<?> raw) {
        if (raw == String.class || raw == char.class || raw == Character.class) {
            return "must be a string";
        }
        if (raw == boolean.class || raw == Boolean.class) {
            return "must be true or false";
        }
        if (raw == int.class || raw == Integer.class || raw == short.class || raw == Short.class) {
            return "must be a whole number";
        }
        if (raw == long.class
                || raw == Long.class
                || raw == BigInteger.class
                || raw == byte.class
                || raw == Byte.class) {
            return "must be a whole number";
        }
        if (raw == BigDecimal.class
                || raw == double.class
                || raw == Double.class
                || Number.class.isAssignableFrom(raw)) {
            return "must be a number";
        }
        if (raw == float.class) {
            return "must be a number";
        }
        if (raw == UUID.class) {
            return "must be a UUID";
        }
        if (raw == URI.class || raw == URL.class) {
            return "must be a URI";
        }
        return raw.isRecord() ? "must be an object" : "is not valid";
    }

    private static String constants(Class<?> type, ObjectMapper mapper) {
        return Arrays.stream(type.getEnumConstants())
                .map(constant -> mapper.valueToTree(constant).asText())
                .collect(Collectors.joining(", "));
    }
}
