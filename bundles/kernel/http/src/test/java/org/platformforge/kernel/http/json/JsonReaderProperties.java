package org.platformforge.kernel.http.json;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import javax.validation.Valid;
import javax.validation.constraints.NotBlank;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import org.assertj.core.api.Assertions;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.PlatformException;

/** Whatever comes in, the reader answers with a value or with a {@link PlatformException} of bounded size. */
class JsonReaderProperties {
    record Leaf(@NotBlank String name, Integer count, boolean on) {}

    record Tree(@Valid Leaf leaf, List<@Valid Leaf> leaves, Map<String, Object> open, double ratio) {}

    private static final JsonCodec CODEC = new JsonCodec(JsonLimits.defaults());

    @AfterContainer
    static void close() {
        CODEC.close();
    }

    @Property(tries = 2000)
    void survivesAnyBytes(@ForAll byte[] body) {
        readOrRefuse(body);
    }

    @Property(tries = 2000)
    void survivesAnyText(@ForAll String body) {
        readOrRefuse(body.getBytes(StandardCharsets.UTF_8));
    }

    @Property(tries = 3000)
    void survivesAnySequenceOfTokens(@ForAll("tokens") String body) {
        readOrRefuse(body.getBytes(StandardCharsets.UTF_8));
    }

    @Property(tries = 3000)
    void survivesAnyShapeOfJson(@ForAll("json") String body) {
        readOrRefuse(body.getBytes(StandardCharsets.UTF_8));
    }

    @Provide
    Arbitrary<String> tokens() {
        return Arbitraries.of(
                        "{",
                        "}",
                        "[",
                        "]",
                        ":",
                        ",",
                        "\"leaf\"",
                        "\"leaves\"",
                        "\"open\"",
                        "\"name\"",
                        "\"x\"",
                        "1",
                        "-1e9",
                        "1e999",
                        "true",
                        "null",
                        "NaN",
                        "\"\\u0000\"",
                        "\"\\ud800\"",
                        " ",
                        "\\",
                        "\u0000")
                .list()
                .ofMaxSize(40)
                .map(parts -> String.join("", parts));
    }

    @Provide
    Arbitrary<String> json() {
        Arbitrary<String> names = Arbitraries.of("leaf", "leaves", "open", "ratio", "name", "count", "on", "other");
        Arbitrary<String> scalars =
                Arbitraries.of("1", "-0", "1.5", "9999999999999", "true", "null", "\"\"", "\"text\"", "{}", "[]");
        return Arbitraries.recursive(
                () -> scalars,
                inner -> Arbitraries.oneOf(
                        inner.list().ofMaxSize(4).map(items -> "[" + String.join(",", items) + "]"),
                        Arbitraries.maps(names, inner).ofMaxSize(5).map(JsonReaderProperties::object)),
                0,
                4);
    }

    private static String object(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> "\"" + field.getKey() + "\":" + field.getValue())
                .collect(java.util.stream.Collectors.joining(",", "{", "}"));
    }

    private static void readOrRefuse(byte[] body) {
        try {
            Tree tree = CODEC.read(body, Tree.class);
            Assertions.assertThat(tree).isNotNull();
        } catch (PlatformException refused) {
            Assertions.assertThat(refused.kind().status()).isEqualTo(400);
            Assertions.assertThat(refused.fields())
                    .hasSizeLessThanOrEqualTo(JsonLimits.defaults().maxFieldErrors());
            Assertions.assertThat(refused.getMessage()).hasSizeLessThan(400).doesNotContain("com.fasterxml", "java.");
            for (FieldError field : refused.fields()) {
                Assertions.assertThat(field.field()).hasSizeLessThanOrEqualTo(200);
            }
        }
    }
}
