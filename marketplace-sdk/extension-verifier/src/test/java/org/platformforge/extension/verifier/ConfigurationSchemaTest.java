package org.platformforge.extension.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationSchemaTest {
    private final ConfigurationSchema schema = ConfigurationSchema.of(Map.of(
            "type",
            "object",
            "required",
            List.of("api_key"),
            "additionalProperties",
            false,
            "properties",
            Map.of(
                    "api_key",
                    Map.of("type", "string", "writeOnly", true, "minLength", 5),
                    "greeting",
                    Map.of("type", "string", "default", "Hello"),
                    "$ref",
                    Map.of("type", "integer"))));

    @Test
    void tellsAllProblemsWithoutValues() {
        assertThat(schema.problems(Map.of("api_key", "pssw", "other", 1, "greeting", 3)))
                .extracting(ConfigurationSchema.Problem::path)
                .containsExactlyInAnyOrder("api_key", "other", "greeting");
        assertThat(schema.problems(Map.of("api_key", "pssw")).toString()).doesNotContain("pssw");
        assertThat(schema.problems(Map.of("api_key", "pssw", "greeting", 3)))
                .extracting(ConfigurationSchema.Problem::message)
                .containsExactlyInAnyOrder(
                        "It does not satisfy minLength 5 of the configuration's schema",
                        "It does not satisfy type \"string\" of the configuration's schema");
        assertThat(schema.problems(Map.of()))
                .containsExactly(new ConfigurationSchema.Problem("api_key", "It is missing"));
        assertThat(schema.problems(Map.of("api_key", "12345", "$ref", 3))).isEmpty();
    }

    @Test
    void knowsDefaultsAndSecrets() {
        assertThat(schema.withDefaults(Map.of("api_key", "x"))).isEqualTo(Map.of("api_key", "x", "greeting", "Hello"));
        assertThat(schema.secrets()).containsExactly("api_key");
    }

    /** The name of a setting must not hide a keyword: this one would be followed in circles. */
    @ParameterizedTest
    @ValueSource(strings = {"properties", "my-properties", "default", "plain"})
    void refusesReferencesUnderEveryName(String name) {
        Map<String, Object> circle =
                Map.of("type", "object", "properties", Map.of(name, Map.of("$ref", "#/properties/" + name)));

        assertThat(ConfigurationSchema.problemsOf(circle))
                .singleElement()
                .asString()
                .contains("references");
    }

    @Test
    void takesDataThatLooksLikeASchema() {
        assertThat(ConfigurationSchema.problemsOf(Map.of(
                        "type",
                        "object",
                        "properties",
                        Map.of(
                                "hook",
                                Map.of(
                                        "type",
                                        "object",
                                        "default",
                                        Map.of("$ref", "x", "writeOnly", true),
                                        "examples",
                                        List.of(Map.of("$id", "y")))))))
                .isEmpty();
    }

    /** They would be stored, and shown, in clear. */
    @Test
    void refusesSecretsInsideOfSettings() {
        Map<String, Object> secret = Map.of("type", "string", "writeOnly", true);
        List<Map<String, Object>> hidings = List.of(
                Map.of(
                        "properties",
                        Map.of("smtp", Map.of("type", "object", "properties", Map.of("password", secret)))),
                Map.of("properties", Map.of("keys", Map.of("type", "array", "items", secret))),
                Map.of("patternProperties", Map.of("^key_", secret)),
                Map.of("additionalProperties", secret),
                Map.of("allOf", List.of(Map.of("properties", Map.of("password", secret)))),
                Map.of("writeOnly", true));

        for (Map<String, Object> hiding : hidings) {
            Map<String, Object> schema = new HashMap<>(hiding);
            schema.put("type", "object");
            assertThat(ConfigurationSchema.problemsOf(schema))
                    .as(schema.toString())
                    .anySatisfy(problem -> assertThat(problem).contains("a secret must be a setting of its own"));
        }
    }

    @Test
    void refusesPatternsThatCannotBeCompiled() {
        for (String pattern : List.of("(".repeat(60_000), "(".repeat(900) + ")".repeat(900), "[", "a{999999999999}")) {
            Map<String, Object> schema =
                    Map.of("type", "object", "properties", Map.of("x", Map.of("type", "string", "pattern", pattern)));

            assertThatCode(() -> ConfigurationSchema.problemsOf(schema))
                    .as(pattern.substring(0, Math.min(20, pattern.length())))
                    .doesNotThrowAnyException();
        }
        assertThat(ConfigurationSchema.problemsOf(Map.of(
                        "type",
                        "object",
                        "properties",
                        Map.of("x", Map.of("type", "string", "pattern", "(".repeat(60_000))))))
                .isNotEmpty();
    }
}
