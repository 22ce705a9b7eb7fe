package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.platformforge.itests.extensions.Shop;
import org.platformforge.itests.extensions.Trouble;

/**
 * The platform is killed while extensions come, change and go, and starts without its cache. What was acknowledged ends
 * one way or the other, nothing is left half done, and an extension that does not start any more stops nothing else.
 */
@Tag(Tags.KILLS)
class ExtensionCrashTest {
    private static final int KILLS = Integer.getInteger("forge.extension.kills", 3);
    private static final int AT_ONCE = 10;
    /** About as long as an operation takes. */
    private static final int LATEST_KILL_MILLIS = 250;

    private static final Duration WITHIN = Duration.ofSeconds(90);
    private static final Path DISTRIBUTION = Path.of(System.getProperty("forge.distribution"));
    private static final Path INSTANCE = Path.of(System.getProperty("forge.instance"));

    private final Map<String, Integer> repeated = new TreeMap<>();
    private final Random random = new Random();
    private Platform platform;
    private Publisher publisher;
    private Marketplace tenant;

    @Test
    void endsEveryOperationOnDerby(TestReporter reporter) {
        long seed = System.nanoTime();
        random.setSeed(seed);
        try (Platform own =
                Platform.shortLived(DISTRIBUTION, INSTANCE.resolveSibling("extension-crash-derby"), Map.of())) {
            begin(own);
            killDuringInstalls();
            killDuringTheStart();
            killAtRandom(seed);
            startWithoutACacheAndInABadMood();
        }
        reporter.publishEntry("steps that were begun again on Derby", repeated.toString());
    }

    @Test
    void endsEveryOperationOnPostgresql(TestReporter reporter) {
        long seed = System.nanoTime();
        random.setSeed(seed);
        try (Postgresql database = new Postgresql();
                Platform own = Platform.shortLived(
                        DISTRIBUTION, INSTANCE.resolveSibling("extension-crash-postgresql"), database.environment())) {
            begin(own);
            killDuringInstalls();
            killAtRandom(seed);
        }
        reporter.publishEntry("steps that were begun again on PostgreSQL", repeated.toString());
    }

    private void begin(Platform own) {
        platform = own;
        platform.start();
        publisher = Publisher.trusted(platform, "crash-");
        tenant = Marketplace.register(platform);
    }

    private void killDuringInstalls() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            String id = publisher.id("burst" + i);
            publisher.publish(Shop.small(id, "1.0.0"));
            ids.add(id);
        }
        for (String id : ids) {
            Answer accepted = tenant.askInstall(id, "1.0.0", Map.of());
            assertThat(accepted.status()).as(accepted.toString()).isEqualTo(202);
        }

        platform.killNine();
        platform.start();

        await().atMost(WITHIN)
                .untilAsserted(() -> assertThat(ids)
                        .allSatisfy(id ->
                                assertThat(tenant.call(id, "/shop").status()).isEqualTo(200)));
        ids.forEach(id -> {
            JsonNode operation = tenant.ended(lastOperation(id));
            assertThat(operation.path("status").asText()).isEqualTo("completed");
            countRepeated(operation);
        });
    }

    private String lastOperation(String id) {
        await().atMost(WITHIN)
                .until(() -> tenant.installation(id).path("operation_id").isMissingNode());
        return tenant.detail(id).path("history").get(0).path("operation_id").asText();
    }

    private void killDuringTheStart() {
        String id = publisher.id("slow");
        publisher.publish(Trouble.slow(id, "1.0.0"));
        String operation = tenant.askInstall(id, "1.0.0", Map.of())
                .data()
                .path("operation_id")
                .asText();
        await().atMost(WITHIN)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> step(operation, "start").equals("running"));

        platform.killNine();
        platform.start();

        assertThat(tenant.ended(operation).path("status").asText()).isEqualTo("completed");
        assertThat(tenant.version(id)).isEqualTo("1.0.0");
    }

    private String step(String operation, String name) {
        for (JsonNode step :
                tenant.get("/api/v1/operations/" + operation).json().path("steps")) {
            if (step.path("name").asText().equals(name)) {
                return step.path("status").asText();
            }
        }
        return "";
    }

    /** Install, upgrade and uninstall in turn. */
    private void killAtRandom(long seed) {
        String id = publisher.id("guest");
        publisher.publish(Shop.small(id, "1.0.0"));
        publisher.publish(Shop.small(id, "1.1.0"));
        for (int i = 0; i < KILLS; i++) {
            Answer accepted = switch (i % 3) {
                case 0 -> tenant.askInstall(id, "1.0.0", Map.of());
                case 1 -> tenant.askUpgrade(id, "1.1.0");
                default -> tenant.askUninstall(id, "erase");
            };
            assertThat(accepted.status())
                    .as("kill %s, seed %s: %s", i, seed, accepted)
                    .isEqualTo(202);
            String operation = accepted.data().path("operation_id").asText();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(LATEST_KILL_MILLIS)));

            platform.killNine();
            platform.start();

            JsonNode ended = tenant.ended(operation);
            assertThat(ended.path("status").asText())
                    .as("kill %s, seed %s: %s", i, seed, ended)
                    .isEqualTo("completed");
            countRepeated(ended);
            switch (i % 3) {
                case 0 -> assertServed(id, "1.0.0");
                case 1 -> assertServed(id, "1.1.0");
                default -> {
                    assertThat(tenant.get(Marketplace.ROOT + "installations/" + id)
                                    .status())
                            .isEqualTo(404);
                    // until all others have been started, it could still be one of them
                    await().atMost(WITHIN)
                            .untilAsserted(
                                    () -> assertThat(tenant.call(id, "/shop").status())
                                            .isEqualTo(404));
                }
            }
        }
    }

    private void countRepeated(JsonNode operation) {
        for (JsonNode step : operation.path("steps")) {
            if (step.path("attempts").asInt() > 1) {
                String name = operation.path("kind").asText() + " "
                        + step.path("name").asText();
                repeated.merge(name, 1, Integer::sum);
            }
        }
    }

    private void assertServed(String id, String version) {
        JsonNode installation = tenant.installation(id);
        assertThat(installation.path("state").asText()).isEqualTo("active");
        assertThat(installation.path("version").asText()).isEqualTo(version);
        assertThat(installation.path("problem").isMissingNode())
                .as(installation.toString())
                .isTrue();
        await().atMost(WITHIN)
                .untilAsserted(() -> assertThat(tenant.version(id)).isEqualTo(version));
    }

    /** The framework's cache is gone, an artifact on the disk is another one, and an extension does not start any more. */
    private void startWithoutACacheAndInABadMood() {
        String good = publisher.id("burst0");
        String moody = publisher.id("moody");
        publisher.publish(Trouble.moody(moody, "1.0.0"));
        publisher.publish(Shop.small(moody, "1.1.0"));
        Marketplace second = Marketplace.register(platform);
        for (Marketplace one : List.of(tenant, second)) {
            one.install(moody, "1.0.0", Map.of("accepted_permissions", List.of("unsafe:files", "unsafe:environment")));
            assertThat(one.version(moody)).isEqualTo("1.0.0");
        }

        String sha256 = tenant.installation(good).path("setup").path("sha256").asText();

        platform.stop();
        overwrite(sha256);
        write(platform.data().resolve(Trouble.MOOD));
        Platform.Output clean = platform.forge("start", "--clean");
        assertThat(clean.exitCode()).as(clean.text()).isZero();

        await().atMost(WITHIN)
                .untilAsserted(() -> assertThat(tenant.version(good)).isEqualTo("1.0.0"));
        await().atMost(WITHIN)
                .untilAsserted(() -> assertThat(
                                tenant.installation(moody).path("problem").asText())
                        .contains(Trouble.CAUSE));
        assertThat(platform.http().get("/health/ready").status()).isEqualTo(200);
        assertThat(tenant.call(moody, "/shop").status()).isIn(404, 503);

        tenant.upgrade(moody, "1.1.0");
        second.uninstall(moody);

        assertServed(moody, "1.1.0");
        assertThat(second.get(Marketplace.ROOT + "installations/" + moody).status())
                .isEqualTo(404);
    }

    private void overwrite(String sha256) {
        Path file = platform.data()
                .resolve("artifacts/sha256")
                .resolve(sha256.substring(0, 2))
                .resolve(sha256.substring(2));
        assertThat(file).isRegularFile();
        write(file);
    }

    private static void write(Path file) {
        try {
            Files.writeString(file, "something else");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
