package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.platformforge.itests.extensions.Hostile;

/** Extensions that were let in and misbehave: each is stopped by its wall, and everybody else is served all the time. */
@Order(7)
@Tag(Tags.ANY_DATABASE)
@ExtendWith(PlatformExtension.class)
class HostileExtensionTest {
    private static final String NAME = "try";

    private final Platform platform;
    private final Publisher publisher;
    private final Marketplace tenant;
    private final Clients others;

    HostileExtensionTest(Platform platform) {
        this.platform = platform;
        this.publisher = Publisher.trusted(platform, Publisher.ROGUE);
        this.tenant = Marketplace.register(platform);
        String[] bearer = tenant.account().bearer();
        this.others = new Clients(2, 10, 200, () -> platform.http().get("/api/v1/auth/me", bearer));
    }

    @AfterEach
    void othersWereServed() {
        others.close();
        assertThat(others.failures()).isEmpty();
        assertThat(others.successes()).isPositive();
    }

    private String install(Class<?> type, String manifest, String... accepted) {
        String id = publisher.id(NAME);
        publisher.publish(Hostile.builder(id, type).manifest(manifest));
        tenant.install(id, "1.0.0", Map.of("accepted_permissions", List.of(accepted)));
        return id;
    }

    @Test
    void endsALoopThatSwallowsEverythingAndUninstallsIt() {
        String id = install(Hostile.Looping.class, "limits: {concurrency: 2, call_seconds: 1}");

        Answer answer = tenant.call(id, "/try");

        assertThat(answer.status()).as(answer.toString()).isEqualTo(504);
        assertThat(answer.text()).doesNotContain("Hostile", "at org.");
        ExecutorService pool = Executors.newFixedThreadPool(6);
        try {
            List<Integer> statuses = IntStream.range(0, 6)
                    .mapToObj(i -> CompletableFuture.supplyAsync(() -> tenant.call(id, "/try"), pool))
                    .toList()
                    .stream()
                    .map(CompletableFuture::join)
                    .map(one -> {
                        assertThat(one.status()).isIn(503, 504);
                        assertThat(one.status() == 503 && one.header("Retry-After") == null)
                                .isFalse();
                        return one.status();
                    })
                    .toList();
            assertThat(statuses).as("more at once than it may have").contains(503, 504);
        } finally {
            pool.shutdown();
        }
        tenant.uninstall(id);
        assertThat(threadsOf(id)).isEmpty();
    }

    @Test
    void endsACallThatAllocatesOnAndOn() {
        String id = install(Hostile.Hogging.class, "limits: {call_seconds: 20}");

        Answer answer = tenant.call(id, "/try");

        assertThat(answer.status()).as(answer.toString()).isEqualTo(503);
        tenant.uninstall(id);
    }

    @Test
    void endsAThreadThatItLeft() throws IOException {
        String id = install(Hostile.Threading.class, "permissions:\n  unsafe: [threads]", "unsafe:threads");
        Answer answer = tenant.post("/api/v1/ext/" + id + "/try", Map.of());
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        assertThat(new Jvm(platform.pid()).threads()).contains("\"smuggled\"");

        tenant.uninstall(id);

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(
                        () -> assertThat(new Jvm(platform.pid()).threads()).doesNotContain("\"smuggled\""));
        // a line of the log, and nothing an operator would take for a failure of the platform
        assertThat(Files.readString(platform.log())).contains("The thread smuggled of " + id);
        assertThat(Files.readString(platform.data().resolve("log/console.log")))
                .doesNotContain("\"smuggled\"", "CallEndedError");
    }

    @Test
    void reachesNoHostThatItDidNotDeclareAndNoAddressInside() {
        String id = install(
                Hostile.Calling.class,
                "permissions:\n  network: [\"localhost:" + platform.httpPort() + "\", \"127.0.0.1:"
                        + platform.httpPort() + "\"]",
                "network:localhost:" + platform.httpPort(),
                "network:127.0.0.1:" + platform.httpPort());

        for (String host : List.of(
                "example.com",
                "localhost:" + platform.httpPort(),
                "127.0.0.1:" + platform.httpPort(),
                "[::1]:" + platform.httpPort(),
                "169.254.169.254")) {
            Answer answer =
                    tenant.call(id, "/try?to=http://" + host.replace("[", "%5B").replace("]", "%5D") + "/health");
            assertThat(answer.status()).as(answer.toString()).isEqualTo(403);
        }
        tenant.uninstall(id);
    }

    @Test
    void reachesTheDataOfNobodyButTheCallsTenant() {
        String id = install(Hostile.Keeping.class, "");
        Marketplace second = Marketplace.register(platform);
        second.install(id, "1.0.0", Map.of());
        tenant.post("/api/v1/ext/" + id + "/try", Map.of());

        Answer answer = second.call(id, "/try");

        assertThat(answer.status()).as(answer.toString()).isNotEqualTo(200);
        assertThat(answer.text()).doesNotContain("of the first");
        tenant.uninstall(id);
        second.uninstall(id);
    }

    private List<String> threadsOf(String id) {
        return new Jvm(platform.pid())
                .threads()
                .lines()
                .filter(line -> line.startsWith("\"" + id))
                .toList();
    }
}
