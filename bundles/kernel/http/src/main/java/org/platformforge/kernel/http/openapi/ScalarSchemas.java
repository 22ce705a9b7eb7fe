package org.platformforge.kernel.http.openapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.net.URL;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.UUID;

/** The schemas of values that are no objects; stateless. */
final class ScalarSchemas {
    private ScalarSchemas() {}

    /** A new schema, or null when the type is no known scalar. */
    static ObjectNode of(Class<?> type) {
        if (CharSequence.class.isAssignableFrom(type) || type == char.class || type == Character.class) {
            return Json.type("string");
        }
        if (type == boolean.class || type == Boolean.class) {
            return Json.type("boolean");
        }
        ObjectNode number = number(type);
        return number != null ? number : text(type);
    }

    private static ObjectNode number(Class<?> type) {
        if (type == int.class || type == Integer.class || type == short.class || type == Short.class) {
            return Json.type("integer", "int32");
        }
        if (type == long.class || type == Long.class) {
            return Json.type("integer", "int64");
        }
        if (type == BigInteger.class || type == byte.class || type == Byte.class) {
            return Json.type("integer");
        }
        if (type == double.class || type == Double.class) {
            return Json.type("number", "double");
        }
        if (type == float.class || type == Float.class) {
            return Json.type("number", "float");
        }
        return type == BigDecimal.class || type == Number.class ? Json.type("number") : null;
    }

    private static ObjectNode text(Class<?> type) {
        if (type == Instant.class || type == OffsetDateTime.class) {
            return Json.type("string", "date-time");
        }
        if (type == LocalDate.class) {
            return Json.type("string", "date");
        }
        if (type == Duration.class) {
            return Json.type("string", "duration");
        }
        if (type == UUID.class) {
            return Json.type("string", "uuid");
        }
        if (type == URI.class || type == URL.class) {
            return Json.type("string", "uri");
        }
        if (type == InputStream.class) {
            return Json.type("string").put("contentMediaType", "application/octet-stream");
        }
        return type == byte[].class ? Json.type("string").put("contentEncoding", "base64") : null;
    }
}
