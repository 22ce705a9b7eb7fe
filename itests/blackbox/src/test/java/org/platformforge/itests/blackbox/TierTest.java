package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.extension.ExtendWith;
import org.platformforge.itests.extensions.Hostile;
import org.platformforge.itests.extensions.Shop;

/**
 * Extensions nobody signed or trusts, each in a process of its own: they do what the others do, come back when their
 * process is killed, and end with the platform.
 */
@Order(7)
@Tag(Tags.ANY_DATABASE)
@ExtendWith(PlatformExtension.class)
class TierTest {
    private static final Duration WITHIN = Duration.ofSeconds(90);

    private final Platform platform;
    private final Publisher publisher;
    private final Marketplace tenant;

    TierTest(Platform platform) {
        this.platform = platform;
        this.publisher = Publisher.untrusted(platform, "apart-");
        this.tenant = Marketplace.register(platform);
    }

    @BeforeAll
    static void lookForWalls() throws Exception {
        assumeTrue(wallsStand(), "bubblewrap is not installed or does not work on this host: tier T2 is not tested");
    }

    private static boolean wallsStand() throws InterruptedException {
        try {
            return new ProcessBuilder("bwrap", "--unshare-all", "--ro-bind", "/", "/", "true")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            // there is no such program
            return false;
        }
    }

    /** What the platform has started for extensions: the walls, or the JVM where there are none. */
    private List<ProcessHandle> processes() {
        return ProcessHandle.of(platform.pid())
                .orElseThrow()
                .children()
                .filter(process -> commandLine(process).contains("extension.host.Main"))
                .toList();
    }

    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"));
        } catch (IOException e) {
            // it has just ended
            return "";
        }
    }

    /** With everything behind the walls. */
    private static List<ProcessHandle> whole(ProcessHandle process) {
        return Stream.concat(Stream.of(process), process.descendants()).toList();
    }

    private JsonNode runtime(String id) {
        return tenant.installation(id).path("runtime");
    }

    /** Publishes a version with every extension point, unsigned. */
    private static void publish(Publisher publisher, String id, String version) {
        Answer published =
                publisher.marketplace().publish(Shop.builder(id, version).build(), null);
        assertThat(published.status()).as(published.toString()).isEqualTo(201);
    }

    @Test
    void livesFromInstallToUninstallInAProcessOfItsOwn(TestReporter reporter) {
        String id = publisher.id("shop");
        publish(publisher, id, "1.0.0");
        publish(publisher, id, "1.1.0");
        Map<String, Object> wish = Map.of(
                "accepted_permissions", List.of("events:user.login"),
                "configuration", Map.of("greeting", "Ahoy", "token", "s3cret-token"));
        JsonNode plan = tenant.askInstall(
                        id, "1.0.0", Map.of("accepted_permissions", List.of("events:user.login"), "dry_run", true))
                .data();
        assertThat(plan.path("tier").asText()).as(plan.toString()).isEqualTo("T2");
        assertThat(plan.path("valid").asBoolean()).as(plan.toString()).isTrue();

        tenant.install(id, "1.0.0", wish);

        JsonNode shop = tenant.call(id, "/shop").data();
        assertThat(shop.path("version").asText()).isEqualTo("1.0.0");
        assertThat(shop.path("greeting").asText()).isEqualTo("Ahoy");
        assertThat(shop.path("token_length").asInt()).isEqualTo(12);
        Answer added = tenant.post("/api/v1/ext/" + id + "/shop/boxes", Map.of("size", 3));
        assertThat(added.status()).as(added.toString()).isEqualTo(201);
        assertThat(tenant.get("/api/v1/openapi.json").text()).contains(id + ".getShop");
        Account.login(platform, tenant.account().email(), Account.PASSWORD);
        await().atMost(WITHIN).untilAsserted(() -> {
            assertThat(tenant.call(id, "/shop/events").data()).isNotEmpty();
            assertThat(tenant.call(id, "/shop/jobs").data()).isNotEmpty();
        });
        assertThat(runtime(id).path("tier").asText()).isEqualTo("T2");
        assertThat(runtime(id).path("process").path("state").asText()).isEqualTo("running");
        assertThat(processes()).hasSize(1);
        long bytes = runtime(id).path("process").path("memory_bytes").asLong();
        assertThat(bytes).isPositive();
        reporter.publishEntry("memory of the process, MiB", Long.toString(bytes >> 20));
        reporter.publishEntry("median of a request, ms", medianMillis(id));
        assertThat(Marketplace.register(platform).call(id, "/shop").status()).isEqualTo(404);

        tenant.upgrade(id, "1.1.0");
        assertThat(tenant.version(id)).isEqualTo("1.1.0");
        assertThat(tenant.call(id, "/shop/boxes").data().get(0).path("size").asInt())
                .isEqualTo(3);
        tenant.act(id, "rollback");
        assertThat(tenant.version(id)).isEqualTo("1.0.0");
        await().atMost(WITHIN).untilAsserted(() -> assertThat(processes()).hasSize(1));

        tenant.uninstall(id);
        assertThat(tenant.call(id, "/shop").status()).isEqualTo(404);
        await().atMost(WITHIN).untilAsserted(() -> assertThat(processes()).isEmpty());
    }

    private String medianMillis(String id) {
        long[] nanos = LongStream.range(0, 200)
                .map(i -> {
                    long before = System.nanoTime();
                    tenant.call(id, "/shop");
                    return System.nanoTime() - before;
                })
                .sorted()
                .toArray();
        return String.format(Locale.ROOT, "%.2f", nanos[nanos.length / 2] / 1e6);
    }

    @Test
    void comesBackWhenItsProcessIsKilledAndEndsWithThePlatform() {
        // calls that are cut off are told to the log
        Publisher rogue = Publisher.untrusted(platform, Publisher.ROGUE);
        String id = rogue.id("phoenix");
        publish(rogue, id, "1.0.0");
        tenant.install(id, "1.0.0", Map.of("accepted_permissions", List.of("events:user.login")));
        assertThat(tenant.version(id)).isEqualTo("1.0.0");
        List<ProcessHandle> first = whole(processes().get(0));

        first.get(0).destroyForcibly();

        await().atMost(WITHIN).untilAsserted(() -> assertThat(first).noneMatch(ProcessHandle::isAlive));
        await().atMost(WITHIN).untilAsserted(() -> {
            Answer answer = tenant.call(id, "/shop");
            if (answer.status() == 503) {
                assertThat(answer.header("Retry-After")).isNotNull();
            }
            assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        });
        assertThat(runtime(id).path("process").path("restarts").asInt()).isEqualTo(1);
        Platform.Output info =
                platform.shell("extension:info", "--tenant", tenant.account().tenantId(), id);
        assertThat(info.text()).contains("T2").contains("1 restarts");

        assertThat(processes()).hasSize(1);
        List<ProcessHandle> before = whole(processes().get(0));
        platform.killNine();
        await().atMost(WITHIN).untilAsserted(() -> assertThat(before).noneMatch(ProcessHandle::isAlive));
        platform.start();
        await().atMost(WITHIN)
                .untilAsserted(
                        () -> assertThat(tenant.call(id, "/shop").status()).isEqualTo(200));
        tenant.uninstall(id);
    }

    @Test
    void ownsUpToWhatItDoesToItsOwnProcessOnly() {
        Publisher rogue = Publisher.untrusted(platform, Publisher.ROGUE);
        String id = rogue.id("try");
        Answer published = rogue.marketplace()
                .publish(
                        Hostile.builder(id, Hostile.Looping.class)
                                .manifest("limits: {concurrency: 2, call_seconds: 1}")
                                .build(),
                        null);
        assertThat(published.status()).as(published.toString()).isEqualTo(201);
        tenant.install(id, "1.0.0", Map.of());

        Answer late = tenant.call(id, "/try");

        assertThat(late.status()).as(late.toString()).isEqualTo(504);
        await().atMost(WITHIN)
                .untilAsserted(() -> assertThat(
                                runtime(id).path("process").path("last_error").asText())
                        .contains("whose time was over"));
        tenant.uninstall(id);
        await().atMost(WITHIN).untilAsserted(() -> assertThat(processes()).isEmpty());
    }
}
