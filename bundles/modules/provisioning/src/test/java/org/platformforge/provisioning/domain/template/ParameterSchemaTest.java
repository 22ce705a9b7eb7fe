package org.platformforge.provisioning.domain.template;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.platformforge.kernel.api.FieldError;

class ParameterSchemaTest {
    private ParameterSchema schema;

    @BeforeEach
    void readTheWebApp() throws Exception {
        schema = new TemplateParser()
                .parse(TemplateParserTest.shipped("web-app"))
                .parameters();
    }

    @Test
    void acceptsWhatTheDocumentShows() {
        assertThat(schema.validate(Map.of("app_name", "my-app", "environment", "dev")))
                .isEmpty();
    }

    @Test
    void namesEveryWrongParameterInWordsForPeople() {
        Map<String, Object> values = new HashMap<>();
        values.put("environment", 7);
        values.put("memory", "lots");
        values.put("cpu", -1);
        values.put("colour", "red");
        values.put("env", Map.of("BAD-NAME", "x", "COUNT", 3));
        values.put("repository", "https://example.org/a.git");

        assertThat(schema.validate(values))
                .contains(
                        new FieldError("parameters.app_name", "is required"),
                        new FieldError("parameters.environment", "must be a string, but is a number"),
                        new FieldError("parameters.memory", "must be a whole number followed by Mi or Gi"),
                        new FieldError("parameters.cpu", "must be greater than 0"),
                        new FieldError("parameters.env.COUNT", "must be a string, but is a number"),
                        new FieldError("parameters.start_command", "is required when repository is given"))
                .anySatisfy(error -> {
                    assertThat(error.field()).isEqualTo("parameters.colour");
                    assertThat(error.message()).startsWith("is not a parameter of this template; it has app_name,");
                })
                .anySatisfy(error ->
                        assertThat(error.field()).startsWith("parameters.env").contains("BAD-NAME"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-a",
                "a-",
                "A",
                "a_b",
                "a.b",
                "a/b",
                "../etc",
                "a b",
                "my-app\n",
                "my-app\r\n",
                "ünïcode",
                "\u0430pp",
                "a\u0000b",
                "${parameters.environment}",
                "1app",
                "xn--a\u200d",
                "abcdefghijklmnopqrstuvwxyzabcdefghijklmno"
            })
    void refusesNamesThatAreNoPartOfAHostName(String name) {
        assertThat(schema.validate(Map.of("app_name", name, "environment", "dev")))
                .isNotEmpty()
                .allSatisfy(error -> assertThat(error.field()).isEqualTo("parameters.app_name"));
    }

    @Test
    void keepsTheLongestHostLabelWithinWhatTheNameSystemAllows() {
        String app = "a".repeat(40);
        String environment = "e".repeat(22);

        assertThat(schema.validate(Map.of("app_name", app, "environment", environment)))
                .isEmpty();
        assertThat((app + "-" + environment).length()).isEqualTo(63);
    }

    @Test
    void fillsInDefaultsAndLeavesWhatWasGiven() {
        assertThat(schema.withDefaults(Map.of("app_name", "a", "environment", "b", "env", Map.of("X", "1"))))
                .containsEntry("probe_path", "/")
                .containsEntry("env", Map.of("X", "1"))
                .doesNotContainKey("secrets");
    }

    @Test
    void masksSecretsAndKeepsTheirNames() {
        assertThat(schema.masked(Map.of("app_name", "a", "secrets", Map.of("TOKEN", "hunter2"))))
                .isEqualTo(Map.of("app_name", "a", "secrets", Map.of("TOKEN", ParameterSchema.MASK)));
    }

    @Test
    void repeatsNoValueInAMessage() {
        List<FieldError> errors = schema.validate(
                Map.of("app_name", "hunter2!", "environment", "hunter2!", "memory", "hunter2", "secrets", "hunter2"));

        assertThat(errors).hasSize(4).noneSatisfy(e -> assertThat(e.message()).contains("hunter2"));
    }

    @Test
    void reportsAtMostFiftyOfAThousandMistakes() {
        Map<String, Object> values = new HashMap<>();
        for (int i = 0; i < 1000; i++) {
            values.put("p" + i + "\n" + "x".repeat(1000), i);
        }

        assertThat(schema.validate(values))
                .hasSize(50)
                .allSatisfy(e -> assertThat(e.field()).hasSizeLessThan(90).doesNotContain("\n"));
    }
}
