package org.platformforge.extension.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigurationSchemaTest {
    private final ConfigurationSchema schema = ConfigurationSchema.of(Map.of(
            "type",
            "object",
            "required",
            java.util.List.of("api_key"),
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
        assertThat(schema.problems(Map.of()))
                .containsExactly(new ConfigurationSchema.Problem("api_key", "It is missing"));
        assertThat(schema.problems(Map.of("api_key", "12345", "$ref", 3))).isEmpty();
    }

    @Test
    void knowsDefaultsAndSecrets() {
        assertThat(schema.withDefaults(Map.of("api_key", "x"))).isEqualTo(Map.of("api_key", "x", "greeting", "Hello"));
        assertThat(schema.secrets()).containsExactly("api_key");
    }
}
