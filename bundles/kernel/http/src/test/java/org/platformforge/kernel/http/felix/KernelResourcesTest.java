package org.platformforge.kernel.http.felix;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceFactory;
import org.osgi.framework.ServiceRegistration;
import org.platformforge.kernel.api.health.HealthCheck;
import org.platformforge.kernel.http.fixture.Greeting;
import org.platformforge.kernel.http.fixture.GreetingResource;
import org.platformforge.kernel.http.fixture.NewGreeting;

class KernelResourcesTest {
    private static final String[] OPERATOR = {"Authorization", "Bearer platform:module:read"};
    private static final String[] NOBODY = {"Authorization", ""};

    private TestPlatform platform;

    private record Check(String name, HealthCheck.Health health) implements HealthCheck {
        @Override
        public Health check() {
            if (health == null) {
                throw new IllegalStateException("secret");
            }
            return health;
        }
    }

    @BeforeEach
    void start() throws Exception {
        platform = new TestPlatform()
                .configured(Map.of("required.checks", "store"))
                .start();
        platform.awaitStatus(200, "/health/live");
    }

    @AfterEach
    void stop() throws Exception {
        platform.close();
    }

    @Test
    void isHealthyOnlyWhenEveryPartIsThere() throws Exception {
        platform.awaitStatus(503, "/health");
        HttpResponse<String> starting = platform.get("/health/ready", NOBODY);
        assertThat(starting.body()).contains("\"ready\":false", "\"name\":\"store\"", "authenticator", "Not ready");
        assertThat(starting.headers().firstValue("Retry-After")).isPresent();

        platform.withServices();
        check("store", HealthCheck.Health.healthy());
        check("smtp", new HealthCheck.Health(HealthCheck.Status.NOT_CONFIGURED, "no server"));
        platform.awaitStatus(200, "/health");

        HttpResponse<String> healthy = platform.get("/health", NOBODY);
        assertThat(healthy.body())
                .isEqualTo("{\"status\":\"healthy\",\"service\":\"Platform Forge\",\"version\":\""
                        + platform.httpBundle().getVersion() + "\"}");
        assertThat(platform.get("/api/health", NOBODY).statusCode()).isEqualTo(200);
        assertThat(platform.get("/health/live", NOBODY).statusCode()).isEqualTo(200);
        assertThat(platform.get("/health", OPERATOR).body())
                .contains("not_configured", "no server", "module.org.platformforge.kernel.http");
    }

    @Test
    void tellsReasonsToOperatorsOnly() throws Exception {
        platform.withServices();
        check("store", HealthCheck.Health.unhealthy("Connection refused"));
        check("jobs", null);
        platform.awaitStatus(503, "/health");

        assertThat(platform.get("/health/ready", NOBODY).body())
                .contains("store", "jobs")
                .doesNotContain("refused");
        assertThat(platform.get("/health/ready").body()).doesNotContain("refused");
        assertThat(platform.get("/health/ready", OPERATOR).body())
                .contains("Connection refused", "The check failed")
                .doesNotContain("secret");
    }

    @Test
    void isNotReadyWhileAnInstalledModuleIsNotServed() throws Exception {
        platform.withServices();
        check("store", HealthCheck.Health.healthy());
        platform.awaitStatus(200, "/health");
        Bundle bundle = installGreetings();
        platform.awaitStatus(503, "/health");

        assertThat(platform.get("/health/ready", OPERATOR).body())
                .contains("module.greetings", "GreetingResource waits for java.lang.Runnable");
        ServiceRegistration<Runnable> gate = platform.register(Runnable.class, () -> {});
        platform.awaitStatus(200, "/health");
        bundle.stop();
        assertThat(platform.get("/health/ready", OPERATOR).body())
                .contains("module.greetings", "The bundle is stopped");
        gate.unregister();
    }

    @Test
    void isNotReadyBeforeTheFeaturesServiceHasInstalledEverything() throws Exception {
        platform.install("features", new FixtureBundle("org.apache.karaf.features.core", "4.4.10").build());
        platform.withServices();
        check("store", HealthCheck.Health.healthy());
        platform.awaitStatus(200, "/docs/errors");
        assertThat(platform.get("/api/v1/nowhere").statusCode()).isEqualTo(503);
        assertThat(platform.get("/health/ready", OPERATOR).body()).contains("\"name\":\"platform\"", "Starting");

        // a factory is not asked to be of the class, which is Karaf's
        platform.context().registerService("org.apache.karaf.features.BootFinished", new Whatever(), null);
        platform.awaitStatus(200, "/health/ready");
        assertThat(platform.get("/api/v1/nowhere").statusCode()).isEqualTo(404);
    }

    private static final class Whatever implements ServiceFactory<Object> {
        @Override
        public Object getService(Bundle bundle, ServiceRegistration<Object> registration) {
            return new Object();
        }

        @Override
        public void ungetService(Bundle bundle, ServiceRegistration<Object> registration, Object service) {}
    }

    @Test
    void saysOfNoPathThatItDoesNotExistUntilAllModulesHaveComeUpOnce() throws Exception {
        platform.withServices();
        Bundle bundle = installGreetings();
        platform.awaitStatus(503, "/api/v1/greetings/you");
        HttpResponse<String> early = platform.get("/api/v1/nowhere");
        assertThat(early.statusCode()).isEqualTo(503);
        assertThat(early.body()).contains("Not all modules are there yet");
        assertThat(early.headers().firstValue("Retry-After")).isPresent();

        platform.register(Runnable.class, () -> {});
        platform.awaitStatus(200, "/api/v1/greetings/you");
        platform.awaitStatus(404, "/api/v1/nowhere");
        bundle.stop();
        assertThat(platform.get("/api/v1/nowhere").statusCode()).isEqualTo(404);
    }

    @Test
    void asksToComeAgainWhileTheOtherKernelServicesAreMissing() throws Exception {
        platform.register(Runnable.class, () -> {});
        installGreetings();
        platform.awaitStatus(503, "/api/v1/greetings/you");
        HttpResponse<String> answer = platform.get("/api/v1/greetings/you");

        assertThat(answer.headers().firstValue("Retry-After")).hasValue("2");
        assertThat(answer.body()).contains("\"code\":\"SERVICE_UNAVAILABLE\"");
        platform.withServices();
        platform.awaitStatus(200, "/api/v1/greetings/you");
    }

    @Test
    void explainsAnErrorWhereTheAnswerSays() throws Exception {
        platform.withServices();
        platform.awaitStatus(200, "/docs/errors");
        platform.awaitStatus(404, "/api/v1/nothing");
        HttpResponse<String> missing = platform.get("/api/v1/nothing", NOBODY);
        String link = missing.headers().firstValue("Link").orElseThrow();
        HttpResponse<String> page = platform.get(link.substring(1, link.indexOf('#')), NOBODY);

        assertThat(link).isEqualTo("</docs/errors#not-found>; rel=\"help\"");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html;charset=utf-8");
        assertThat(page.body()).contains("<h2 id=\"not-found\">404 Not Found</h2>");
    }

    @Test
    void describesTheInstalledRoutesAsTheyComeAndGo() throws Exception {
        platform.withServices().register(Runnable.class, () -> {});
        platform.awaitStatus(200, "/api/v1/openapi.json");
        HttpResponse<String> before = platform.get("/api/v1/openapi.json", NOBODY);
        Bundle bundle = installGreetings();
        platform.awaitStatus(200, "/api/v1/greetings/you");
        HttpResponse<String> after = platform.get("/api/v1/openapi.json");
        String tag = after.headers().firstValue("ETag").orElseThrow();

        assertThat(before.body()).contains("getHealth").doesNotContain("getGreeting");
        assertThat(after.body()).contains("getGreeting", "/api/v1/greetings/{name}");
        assertThat(before.headers().firstValue("ETag"))
                .isNotEqualTo(after.headers().firstValue("ETag"));
        assertThat(platform.get("/api/v1/openapi.json", "If-None-Match", tag).statusCode())
                .isEqualTo(304);
        bundle.stop();
        assertThat(platform.get("/api/v1/openapi.json").body()).doesNotContain("getGreeting");
    }

    @Test
    void describesThatAnUnhealthyPlatformAnswersWithItsHealth() throws Exception {
        platform.withServices();
        platform.awaitStatus(200, "/api/v1/openapi.json");
        JsonNode paths = new JsonMapper()
                .readTree(platform.get("/api/v1/openapi.json", NOBODY).body())
                .get("paths");

        for (String path : List.of("/health", "/health/ready")) {
            JsonNode responses = paths.path(path).at("/get/responses");
            String healthy =
                    responses.at("/200/content/application~1json/schema/$ref").asText();
            JsonNode unhealthy = responses.at("/503/content/application~1json/schema/anyOf");
            assertThat(healthy).as(path).isNotEmpty();
            // its own body, or the error of a platform whose request chain is not there yet
            assertThat(unhealthy.findValuesAsText("$ref"))
                    .as(path)
                    .containsExactly(healthy, "#/components/schemas/Error.platform_api");
            assertThat(responses.at("/503/headers").has("Retry-After")).isTrue();
        }
        assertThat(paths.at("/~1health~1live/get/responses/503").has("$ref")).isTrue();
    }

    @Test
    void listsModulesForThoseWhoMay() throws Exception {
        platform.withServices();
        TestPlatform.await(() -> platform.get("/api/v1/modules", OPERATOR).statusCode() == 200);

        assertThat(platform.get("/api/v1/modules", OPERATOR).body())
                .contains("\"name\":\"org.platformforge.kernel.http\"", "\"state\":\"serving\"");
        for (String other : List.of("acme:x", "acme:*", "platform:no-operator,module:read", "platform:x")) {
            assertThat(platform.get("/api/v1/modules", "Authorization", "Bearer " + other)
                            .statusCode())
                    .as(other)
                    .isEqualTo(403);
        }
    }

    private void check(String name, HealthCheck.Health health) {
        platform.register(HealthCheck.class, new Check(name, health));
    }

    private Bundle installGreetings() throws Exception {
        return platform.install(
                "greetings",
                new FixtureBundle("greetings", "1.0.0")
                        .resource(GreetingResource.class, Runnable.class)
                        .classes(Greeting.class, NewGreeting.class)
                        .build());
    }
}
