package org.platformforge.kernel.http.json;

import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.ws.rs.CookieParam;
import javax.ws.rs.FormParam;
import javax.ws.rs.HeaderParam;
import javax.ws.rs.MatrixParam;
import javax.ws.rs.PathParam;
import javax.ws.rs.QueryParam;
import javax.ws.rs.ext.ParamConverter;
import javax.ws.rs.ext.ParamConverterProvider;
import org.platformforge.kernel.api.PlatformException;

/**
 * Turns path, query and header values into typed arguments. JAX-RS itself would answer a bad query value with 404; here
 * it is VALIDATION and names the parameter. Stateless and thread-safe.
 */
public final class ParamConverters implements ParamConverterProvider {
    /** How a type is read, and what to tell a client that wrote something else. */
    private record Form(Function<String, Object> read, String expected) {}

    private static final Form WHOLE = new Form(Integer::valueOf, "must be a whole number");
    private static final Form LONG = new Form(Long::valueOf, "must be a whole number");
    private static final Form FRACTION = new Form(ParamConverters::finite, "must be a number");
    private static final Form FLAG = new Form(ParamConverters::flag, "must be true or false");

    private static final Map<Class<?>, Form> FORMS = Map.ofEntries(
            Map.entry(int.class, WHOLE),
            Map.entry(Integer.class, WHOLE),
            Map.entry(long.class, LONG),
            Map.entry(Long.class, LONG),
            Map.entry(double.class, FRACTION),
            Map.entry(Double.class, FRACTION),
            Map.entry(boolean.class, FLAG),
            Map.entry(Boolean.class, FLAG),
            Map.entry(BigDecimal.class, new Form(ParamConverters::decimal, "must be a number")),
            Map.entry(UUID.class, new Form(ParamConverters::uuid, "must be a UUID")),
            Map.entry(LocalDate.class, new Form(LocalDate::parse, "must be a date such as 2024-01-20")),
            Map.entry(
                    Instant.class,
                    new Form(
                            ParamConverters::instant,
                            "must be a date and time in ISO-8601 with its zone, such as 2024-01-20T10:00:00Z")),
            Map.entry(
                    Duration.class, new Form(Values::duration, "must be a duration such as 30s, 5m, 24h, 7d or PT5M")));

    @Override
    public <T> ParamConverter<T> getConverter(Class<T> type, Type genericType, Annotation[] annotations) {
        if (!FORMS.containsKey(type) && !type.isEnum()) {
            return null;
        }
        return new Converter<>(type, parameterName(annotations));
    }

    /**
     * Reads one value.
     *
     * @param value as the client sent it, decoded; null stays null
     * @param type a type of the table, an enum or String
     * @param parameter the parameter's name, for the error
     * @throws PlatformException VALIDATION naming the parameter
     */
    public static Object convert(String value, Class<?> type, String parameter) {
        if (value == null || type == String.class) {
            return value;
        }
        if (type.isEnum()) {
            return constant(value, type, parameter);
        }
        Form form = FORMS.get(type);
        if (form == null) {
            throw new IllegalArgumentException("no parameter form for " + type.getName());
        }
        try {
            return form.read().apply(value);
        } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
            throw PlatformException.invalid(parameter, form.expected());
        }
    }

    /** Whether {@link #convert} knows the type. */
    public static boolean supports(Class<?> type) {
        return type == String.class || type.isEnum() || FORMS.containsKey(type);
    }

    private static Object constant(String value, Class<?> type, String parameter) {
        for (Object constant : type.getEnumConstants()) {
            if (wireName(constant).equals(value.toLowerCase(Locale.ROOT))) {
                return constant;
            }
        }
        throw PlatformException.invalid(
                parameter,
                "must be one of "
                        + Arrays.stream(type.getEnumConstants())
                                .map(ParamConverters::wireName)
                                .collect(Collectors.joining(", ")));
    }

    private static String wireName(Object constant) {
        return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT);
    }

    private static Object finite(String value) {
        double number = decimal(value).doubleValue();
        if (!Double.isFinite(number)) {
            throw new NumberFormatException("out of range");
        }
        return number;
    }

    private static BigDecimal decimal(String value) {
        if (value.length() > 64 || !value.matches("-?\\d+(\\.\\d+)?([eE][+-]?\\d{1,3})?")) {
            throw new NumberFormatException("no number");
        }
        return new BigDecimal(value);
    }

    private static Object flag(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "true", "1" -> Boolean.TRUE;
            case "false", "0" -> Boolean.FALSE;
            default -> throw new IllegalArgumentException("no flag");
        };
    }

    private static Object uuid(String value) {
        UUID uuid = UUID.fromString(value);
        if (value.length() != 36) {
            throw new IllegalArgumentException("shortened UUID");
        }
        return uuid;
    }

    /** A plus sign that was not escaped arrives as a blank: {@code …10:00:00+02:00}. */
    private static Object instant(String value) {
        return Values.instant(value.replace(' ', '+'));
    }

    static String parameterName(Annotation[] annotations) {
        for (Annotation annotation : annotations) {
            String name = nameOf(annotation);
            if (name != null) {
                return name;
            }
        }
        return "parameter";
    }

    /** The name in a JAX-RS parameter annotation; null for any other annotation. */
    static String nameOf(Annotation annotation) {
        if (annotation instanceof QueryParam query) {
            return query.value();
        }
        if (annotation instanceof PathParam path) {
            return path.value();
        }
        if (annotation instanceof HeaderParam header) {
            return header.value();
        }
        if (annotation instanceof FormParam form) {
            return form.value();
        }
        if (annotation instanceof MatrixParam matrix) {
            return matrix.value();
        }
        return annotation instanceof CookieParam cookie ? cookie.value() : null;
    }

    private record Converter<T>(Class<T> type, String parameter) implements ParamConverter<T> {
        @Override
        @SuppressWarnings("unchecked")
        public T fromString(String value) {
            return (T) convert(value, type, parameter);
        }

        @Override
        public String toString(T value) {
            return value instanceof Enum<?> ? wireName(value) : String.valueOf(value);
        }
    }
}
