package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Modules are replaced again and again while clients use them; none of the clients may notice. */
@Order(6)
@ExtendWith(PlatformExtension.class)
class SwapTest {
    private static final String KEYS = "/api/v1/auth/api-keys";
    private static final String AUTH = "org.platformforge.auth";
    private static final String PROVISIONING = "org.platformforge.provisioning";
    private static final List<String> BEHIND_AN_APPLICATION =
            List.of("org.platformforge.gateway", "org.platformforge.driver.process", PROVISIONING);

    private final Platform platform;

    SwapTest(Platform platform) {
        this.platform = platform;
    }

    @Test
    void losesNoRequestWhileAModuleIsUpdated() {
        Account account = Account.register(platform);
        Clients readers = new Clients(6, 10, 200, () -> platform.http().get("/api/v1/auth/me", account.bearer()));
        Clients writers = new Clients(
                2, 50, 201, () -> platform.http().post(KEYS, "{\"name\": \"swap\"}", account.bearer()));
        try (readers;
                writers) {
            for (int i = 0; i < Integer.getInteger("forge.swaps"); i++) {
                int before = readers.successes();
                update(AUTH);
                assertThat(readers.successes()).as("requests during the update").isGreaterThan(before);
            }
        }

        assertThat(readers.failures()).isEmpty();
        assertThat(writers.failures()).isEmpty();
        JsonNode list = platform.http().get(KEYS, account.bearer()).data();
        assertThat(list.path("total").asInt()).isEqualTo(writers.successes()).isPositive();
        assertServesOnce(AUTH);
    }

    @Test
    void losesNoRequestOfAnApplicationWhileTheModulesBehindItAreUpdated() {
        Apps apps = new Apps(platform, Account.register(platform));
        JsonNode provision = apps.create();
        Clients visitors = new Clients(4, 10, 200, () -> apps.visit(provision));
        try (visitors) {
            for (int i = 0; i < Integer.getInteger("forge.swaps") / 5; i++) {
                BEHIND_AN_APPLICATION.forEach(this::update);
            }
        } finally {
            apps.deleteAll();
        }

        assertThat(visitors.failures()).isEmpty();
        assertThat(visitors.successes()).isPositive();
        BEHIND_AN_APPLICATION.forEach(this::assertServesOnce);
    }

    @Test
    void keepsAModulesShellCommandsOverAnUpdate() {
        assertThat(platform.shell("template:list").exitCode()).isZero();

        update(PROVISIONING);

        Platform.Output list = platform.shell("template:list");
        assertThat(list.exitCode()).as(list.text()).isZero();
        assertThat(list.text()).contains("web-app");
    }

    private void update(String module) {
        Platform.Output update =
                platform.shell("forge:module-update", file(module).toString());
        assertThat(update.exitCode()).as(update.text()).isZero();
    }

    private void assertServesOnce(String name) {
        Account operator = Account.login(platform, Platform.OPERATOR_EMAIL, Platform.OPERATOR_PASSWORD);
        Answer modules = platform.http().get("/api/v1/modules", operator.bearer());
        assertThat(modules.json().path("modules"))
                .filteredOn(module -> module.path("name").asText().equals(name))
                .singleElement()
                .satisfies(module -> assertThat(module.path("state").asText()).isEqualTo("serving"));
    }

    private Path file(String module) {
        Path folder = platform.distribution().resolve("system/org/platformforge").resolve(module);
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar")).findFirst().orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
