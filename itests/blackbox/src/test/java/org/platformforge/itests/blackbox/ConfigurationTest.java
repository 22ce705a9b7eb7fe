package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Every file of the configuration is changed while clients run; what changes shows, and none of them notices. */
@Order(7)
@ExtendWith(PlatformExtension.class)
class ConfigurationTest {
    private static final Duration APPLIED_WITHIN = Duration.ofSeconds(30);

    /** File, what is replaced in it, and by what. */
    private record Change(String file, String from, String to) {}

    private static final List<Change> CHANGES = List.of(
            new Change("kernel.jobs", "step.retries = 5", "step.retries = 6"),
            new Change("kernel.jobs", "waiters = 32", "waiters = 31"),
            new Change("kernel.security", "token.leeway.seconds = 5", "token.leeway.seconds = 6"),
            new Change("kernel.security.ratelimit", "premium.tenants =", "premium.tenants = nobody"),
            new Change("kernel.store", "retry.attempts = 12", "retry.attempts = 13"),
            new Change("kernel.store.audit", "checkpoint.seconds = 300", "checkpoint.seconds = 299"),
            new Change("provisioning", "deletion.retry.seconds = 60", "deletion.retry.seconds = 61"),
            new Change("auth", "hash.queue = 64", "hash.queue = 63"),
            new Change("auth", "registration.enabled = true", "registration.enabled = false"),
            new Change(
                    "driver.process", "port.first = " + Ports.APPLICATIONS, "port.first = " + Ports.OTHER_APPLICATIONS),
            new Change("gateway", "connect.timeout = 5", "connect.timeout = 6"),
            new Change("gateway", "public.port = ${forge.http.port}", "public.port = 12345"),
            new Change("kernel.http", "hsts = false", "hsts = true"));

    private final Platform platform;
    private final Account account;
    private final Apps apps;
    private final Map<Path, String> shipped = new LinkedHashMap<>();

    ConfigurationTest(Platform platform) {
        this.platform = platform;
        this.account = Account.register(platform);
        this.apps = new Apps(platform, account);
    }

    @AfterEach
    void restore() throws IOException {
        for (Map.Entry<Path, String> file : shipped.entrySet()) {
            Files.writeString(file.getKey(), file.getValue());
        }
        await().atMost(APPLIED_WITHIN).until(() -> !strictTransport() && registration() == 409);
        apps.deleteAll();
    }

    @Test
    void appliesChangesWithoutLosingARequest() throws IOException {
        JsonNode app = apps.create();
        Http http = platform.http();
        List<Clients> clients = List.of(
                new Clients(2, 10, 200, () -> apps.visit(app)),
                new Clients(2, 10, 200, () -> http.get("/api/v1/auth/me", account.bearer())),
                new Clients(1, 200, 200, () -> signIn(http)),
                new Clients(1, 10, 200, () -> http.get("/api/v1/resources", account.bearer())),
                new Clients(1, 10, 200, () -> http.get("/api/v1/operations", account.bearer())),
                new Clients(1, 10, 200, () -> http.post("/api/v1/provision", rehearsal(), account.bearer())));
        try {
            for (Change change : CHANGES) {
                apply(change);
            }
            await().atMost(APPLIED_WITHIN).until(() -> strictTransport() && registration() == 403);
            await().atMost(APPLIED_WITHIN)
                    .until(() ->
                            Files.readString(platform.log()).contains("kernel.store takes effect at the next start"));
            await().atMost(Apps.WITHIN).untilAsserted(this::assertNewApplicationsAreMadeAsChanged);
        } finally {
            clients.forEach(Clients::close);
        }

        assertThat(clients).allSatisfy(group -> {
            assertThat(group.failures()).isEmpty();
            assertThat(group.successes()).isPositive();
        });
    }

    private void assertNewApplicationsAreMadeAsChanged() {
        JsonNode provision = apps.create();
        assertThat(provision.path("resources").path("url").asText()).endsWith(":12345/");
        assertThat(apps.resources())
                .filteredOn(resource -> resource.path("provision_id").equals(provision.path("provision_id")))
                .filteredOn(resource -> resource.path("type").asText().equals("application"))
                .singleElement()
                .satisfies(resource -> assertThat(
                                resource.path("outputs").path("port").asInt())
                        .isBetween(Ports.OTHER_APPLICATIONS, Ports.LAST));
    }

    private void apply(Change change) throws IOException {
        Path file = platform.config().resolve("org.platformforge." + change.file() + ".cfg");
        String before = Files.readString(file);
        assertThat(before).as(change.file()).contains(change.from());
        shipped.putIfAbsent(file, before);
        Files.writeString(file, before.replace(change.from(), change.to()));
    }

    private Answer signIn(Http http) {
        return http.post("/api/v1/auth/login", """
                {"email": "%s", "password": "%s"}""".formatted(account.email(), Account.PASSWORD));
    }

    private String rehearsal() {
        return """
               {"template": "web-app", "dry_run": true, "parameters": {"app_name": "rehearsal", "environment": "test"}}""";
    }

    private boolean strictTransport() {
        return platform.http().get("/health/live").header("Strict-Transport-Security") != null;
    }

    /** With an address that is taken, so that nobody is registered. */
    private int registration() {
        return platform.http()
                .post("/api/v1/auth/register", """
                        {"email": "%s", "password": "%s", "name": "Somebody"}""".formatted(account.email(), Account.PASSWORD))
                .status();
    }
}
