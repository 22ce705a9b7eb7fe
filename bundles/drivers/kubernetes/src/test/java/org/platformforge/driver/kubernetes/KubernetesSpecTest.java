package org.platformforge.driver.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.platformforge.extension.api.driver.Driver.Problem;

/** What is refused before anything is made, all of it at once. */
class KubernetesSpecTest {
    private static final String DIGEST = "sha256:" + "0".repeat(64);

    private final Map<String, Object> values = new HashMap<>(Map.of(
            "kubeconfig", "/nowhere",
            "image", "node:22",
            "images", new String[] {"django=python:3.13, static=busybox"},
            "platform_url", "https://forge.example.com",
            "ingress_domains", new String[] {"apps.example.com"}));

    private KubernetesSpec read;

    private List<Problem> problems(String type, Map<String, Object> properties) {
        List<Problem> problems = new ArrayList<>();
        read = KubernetesSpec.parse(Fixtures.spec("res-1", type, properties), Fixtures.config(values), problems);
        return problems;
    }

    private List<Problem> problemsWith(String key, Object value) {
        Map<String, Object> properties = new HashMap<>(Map.of("artifact", DIGEST, "start_command", "run"));
        properties.put(key, value);
        return problems("application", properties);
    }

    @Test
    void namesEverythingThatIsWrong() {
        Map<String, Object> wrong = new HashMap<>();
        wrong.put("colour", "blue");
        wrong.put("artifact", "latest");
        wrong.put("repository", "https://example.com/a/b");
        wrong.put("start_command", "run");
        wrong.put("static_directory", "../etc");
        wrong.put("cpu", "many");
        wrong.put("memory", "1Ki");
        wrong.put("replicas", 0);
        wrong.put("host", "shop.example.com");
        wrong.put("instance_type", "vm");
        wrong.put("image", "no image");
        wrong.put("env", Map.of("PORT", "1", "a b", "2"));
        wrong.put("probe", Map.of("path", "health"));

        assertThat(problems("application", wrong))
                .extracting(Problem::property)
                .contains(
                        "colour",
                        "artifact",
                        "static_directory",
                        "start_command",
                        "cpu",
                        "memory",
                        "replicas",
                        "host",
                        "instance_type",
                        "image",
                        "env.PORT",
                        "env.a b",
                        "probe");
    }

    @ParameterizedTest
    @CsvSource({"django, python:3.13", "static, busybox", "express, node:22"})
    void takesTheImageOfTheFramework(String framework, String image) {
        assertThat(problemsWith("framework", framework)).isEmpty();
        assertThat(read.image()).isEqualTo(image);
    }

    @Test
    void saysThatPodsCannotFetchWhereThePlatformHasNoAddressForThem() {
        values.put("platform_url", "");

        assertThat(problemsWith("cpu", "1")).singleElement().satisfies(problem -> {
            assertThat(problem.property()).isEqualTo("artifact");
            assertThat(problem.message()).contains("platform.url");
        });
        assertThat(problems("application", Map.of("image", "shop:1"))).isEmpty();
    }

    @Test
    void needsFilesOrAnImageThatHasThem() {
        assertThat(problems("application", Map.of("start_command", "run")))
                .extracting(Problem::property)
                .containsExactly("artifact");
        values.put("image", "");
        assertThat(problemsWith("cpu", "1")).extracting(Problem::property).containsExactly("image");
        assertThat(problems("application", Map.of("image", "shop:1", "static_directory", "public")))
                .extracting(Problem::property)
                .containsExactly("static_directory");
    }

    @ParameterizedTest
    @ValueSource(strings = {"docker.io/evil", "registry.example.com.evil.org/x"})
    void takesImagesOfTheRegistriesThatAreAllowed(String image) {
        values.put("image_prefixes", new String[] {"registry.example.com/, quay.io/team/"});

        assertThat(problemsWith("image", image)).extracting(Problem::property).containsExactly("image");
        assertThat(problemsWith("image", "registry.example.com/shop@" + DIGEST)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "apps.example.com",
                "apps.example.com.evil.org",
                "UPPER.apps.example.com",
                "a..apps.example.com",
                "evilapps.example.com",
                "*.apps.example.com",
                "-.apps.example.com"
            })
    void givesNoHostOutsideOfTheDomains(String host) {
        assertThat(problemsWith("host", host)).extracting(Problem::property).containsExactly("host");
    }

    @Test
    void givesAWorkerNoHost() {
        assertThat(problems("worker", Map.of("artifact", DIGEST, "start_command", "run", "host", "a.apps.example.com")))
                .extracting(Problem::property)
                .containsExactly("host");
        assertThat(problemsWith("host", "a.apps.example.com")).isEmpty();
    }

    @Test
    void showsNoSecretInItsText() {
        problemsWith("secrets", Map.of("PASSWORD", "s3cr3t"));
        assertThat(read.secrets()).containsEntry("PASSWORD", "s3cr3t");
        assertThat(read.toString()).doesNotContain("s3cr3t");
    }

    @ParameterizedTest
    @CsvSource({"res-1, forge-res-1", "res-01ABC, forge-res-01abc-", "res_1, forge-res-1-"})
    void makesNamesOfDns(String id, String start) {
        assertThat(Marks.name(id)).startsWith(start).matches("[a-z]([a-z0-9-]*[a-z0-9])?");
        String longest = Marks.name(id + "x".repeat(300));
        assertThat(longest).hasSizeLessThanOrEqualTo(50).isNotEqualTo(Marks.name(id + "x".repeat(301)));
        assertThat(Marks.name("res_1")).isNotEqualTo(Marks.name("res.1"));
        assertThat(Marks.label("a/b c-")).isEqualTo("a-b-c");
    }
}
