package org.platformforge.kernel.http.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.UUID;
import java.util.stream.Stream;
import javax.validation.constraints.Max;
import javax.validation.constraints.NotBlank;
import javax.validation.constraints.NotNull;
import javax.ws.rs.HeaderParam;
import javax.ws.rs.PathParam;
import javax.ws.rs.QueryParam;
import javax.ws.rs.ext.ParamConverter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;

class ParametersTest {
    enum Level {
        INFO,
        VERY_BAD
    }

    @SuppressWarnings("unused")
    static final class Resource {
        public void list(
                @NotBlank @PathParam("id") String id,
                @Max(9) @QueryParam("depth") Integer depth,
                @NotNull @HeaderParam("If-Match") String match,
                @NotNull Object body) {}

        public void plain(@QueryParam("x") String x, @NotNull Object body) {}
    }

    static Stream<Arguments> good() {
        return Stream.of(
                Arguments.of("5", int.class, 5),
                Arguments.of("-5", Long.class, -5L),
                Arguments.of("1.5", double.class, 1.5),
                Arguments.of("1e3", BigDecimal.class, new BigDecimal("1e3")),
                Arguments.of("TRUE", boolean.class, true),
                Arguments.of("0", Boolean.class, false),
                Arguments.of("24h", Duration.class, Duration.ofHours(24)),
                Arguments.of("2w", Duration.class, Duration.ofDays(14)),
                Arguments.of("PT5M", Duration.class, Duration.ofMinutes(5)),
                Arguments.of("2024-01-20", LocalDate.class, LocalDate.of(2024, 1, 20)),
                Arguments.of("2024-01-20T12:00:00 02:00", Instant.class, Instant.parse("2024-01-20T10:00:00Z")),
                Arguments.of("very_bad", Level.class, Level.VERY_BAD),
                Arguments.of("Info", Level.class, Level.INFO),
                Arguments.of("text", String.class, "text"),
                Arguments.of(
                        "123e4567-e89b-12d3-a456-426614174000",
                        UUID.class,
                        UUID.fromString("123e4567-e89b-12d3-a456-426614174000")));
    }

    @ParameterizedTest
    @MethodSource("good")
    void convertsTheDocumentedForms(String value, Class<?> type, Object expected) {
        assertThat(ParamConverters.convert(value, type, "p")).isEqualTo(expected);
    }

    static Stream<Arguments> bad() {
        return Stream.of(
                Arguments.of("", int.class),
                Arguments.of("1.0", Integer.class),
                Arguments.of("99999999999", int.class),
                Arguments.of("0x10", Long.class),
                Arguments.of("NaN", double.class),
                Arguments.of("Infinity", Double.class),
                Arguments.of("1e999", double.class),
                Arguments.of("1e999999999", BigDecimal.class),
                Arguments.of("yes", boolean.class),
                Arguments.of("5", Duration.class),
                Arguments.of("-5m", Duration.class),
                Arguments.of("99999999999999999999d", Duration.class),
                Arguments.of("2024-13-01", LocalDate.class),
                Arguments.of("2024-01-20T10:00:00", Instant.class),
                Arguments.of("1705744800", Instant.class),
                Arguments.of("LEVEL", Level.class),
                Arguments.of("1-1-1-1-1", UUID.class));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void namesTheParameterOfABadValue(String value, Class<?> type) {
        PlatformException error =
                catchThrowableOfType(PlatformException.class, () -> ParamConverters.convert(value, type, "timeframe"));

        assertThat(error).isNotNull();
        assertThat(error.kind()).isEqualTo(ErrorKind.VALIDATION);
        assertThat(error.fields()).extracting(FieldError::field).containsExactly("timeframe");
        assertThat(error.fields().get(0).message()).startsWith("must be ").doesNotContain("java", "Exception");
    }

    @Test
    void takesTheNameFromTheAnnotation() throws NoSuchMethodException {
        Annotation[] annotations = method("list").getParameterAnnotations()[1];
        ParamConverter<Integer> converter =
                new ParamConverters().getConverter(Integer.class, Integer.class, annotations);

        PlatformException error = catchThrowableOfType(PlatformException.class, () -> converter.fromString("x"));

        assertThat(error.fields()).containsExactly(new FieldError("depth", "must be a whole number"));
        assertThat(new ParamConverters().getConverter(Resource.class, Resource.class, annotations))
                .isNull();
    }

    @Test
    void validatesNamedParametersAllAtOnceAndLeavesTheBodyToItsReader() throws NoSuchMethodException {
        try (JsonCodec codec = new JsonCodec(JsonLimits.defaults())) {
            ParameterValidator validator = new ParameterValidator(codec);
            Object[] wrong = {" ", 10, null, null};

            PlatformException error = catchThrowableOfType(
                    PlatformException.class, () -> validator.validate(new Resource(), method("list"), wrong));

            assertThat(validator.applies(method("list"))).isTrue();
            assertThat(validator.applies(method("plain"))).isFalse();
            assertThat(error.fields())
                    .extracting(FieldError::field)
                    .containsExactlyInAnyOrder("id", "depth", "If-Match");
            validator.validate(new Resource(), method("list"), new Object[] {"a", null, "\"1\"", null});
        }
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-, -, -, -, 20, 0",
                "1000, -, -, -, 100, 0",
                "0, -5, -, -, 1, 0",
                "99999999999999999999, -, -, -, 100, 0",
                "10, -, 3, -, 10, 20",
                "10, 5, 3, -, 10, 5",
                "-, -, 0, -, 20, 0",
                "100, -, 2147483647, -, 100, 2147483647",
                "-, -, -, abc, 20, 0"
            })
    void clampsPagesAndNeverFailsAtTheLimit(
            String limit, String offset, String page, String cursor, int expectedLimit, int expectedOffset) {
        assertThat(PageRequests.of(limit, offset, page, cursor))
                .isEqualTo(new PageRequest(expectedLimit, expectedOffset, cursor));
    }

    @Test
    void namesEveryPagingParameterThatIsNoNumber() {
        PlatformException error =
                catchThrowableOfType(PlatformException.class, () -> PageRequests.of("x", "", "1.5", null));

        assertThat(error.fields()).extracting(FieldError::field).containsExactly("limit", "offset", "page");
    }

    private static Method method(String name) {
        return Stream.of(Resource.class.getMethods())
                .filter(method -> method.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
