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
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Modules are replaced again and again, and stopped, while clients are there; none may notice, and nothing stays behind. */
@Order(6)
@ExtendWith(PlatformExtension.class)
class SwapTest {
    private static final int SWAPS = Integer.getInteger("forge.swaps", 100);
    /** Updates that one shell makes; so long a command may take on a slow machine. */
    private static final int AT_ONCE = 10;

    private static final String KEYS = "/api/v1/auth/api-keys";
    private static final String AUTH = "org.platformforge.auth";
    private static final String PROVISIONING = "org.platformforge.provisioning";
    private static final List<String> BEHIND_AN_APPLICATION =
            List.of("org.platformforge.gateway", "org.platformforge.driver.process", PROVISIONING);
    private static final List<String> EVERYTHING_BUT_THE_GATEWAY = List.of(
            "org.platformforge.admin",
            AUTH,
            "org.platformforge.catalog",
            "org.platformforge.delivery",
            "org.platformforge.deployments",
            "org.platformforge.driver.kubernetes",
            "org.platformforge.driver.lxd",
            "org.platformforge.driver.process",
            "org.platformforge.infrastructure",
            "org.platformforge.marketplace",
            "org.platformforge.observability",
            "org.platformforge.pipelines",
            PROVISIONING);
    private static final String REHEARSAL = """
            {"template": "web-app", "dry_run": true, "parameters": {"app_name": "swap", "environment": "test"}}""";

    /** A loader or two may wait for a finalizer or a soft reference; one for each update may not. */
    private static final long SPARE_LOADERS = 3;
    /** One generation of the module takes about 1 MiB. */
    private static final long SPARE_METASPACE_KIB = 12 * 1024;

    private static final Duration COLLECTED_WITHIN = Duration.ofSeconds(60);

    private final Platform platform;

    SwapTest(Platform platform) {
        this.platform = platform;
    }

    @Test
    void losesNoRequestAndLeavesNothingBehindWhileProvisioningIsUpdatedAgainAndAgain() {
        Account account = Account.register(platform);
        Http http = platform.http();
        List<Clients> clients = List.of(
                new Clients(3, 10, 200, () -> http.get("/api/v1/resources", account.bearer())),
                new Clients(2, 10, 200, () -> http.get("/api/v1/templates/web-app", account.bearer())),
                new Clients(2, 10, 200, () -> http.post("/api/v1/provision", REHEARSAL, account.bearer())),
                new Clients(1, 10, 200, () -> http.get("/api/v1/auth/me", account.bearer())));
        Jvm jvm = new Jvm(platform.pid());
        try {
            update(PROVISIONING, AT_ONCE); // everything is loaded and compiled once
            long loaders = jvm.bundleClassLoaders();
            long metaspace = jvm.metaspace();
            for (int done = 0; done < SWAPS; done += AT_ONCE) {
                int before = clients.get(0).successes();
                update(PROVISIONING, Math.min(AT_ONCE, SWAPS - done));
                assertThat(clients.get(0).successes())
                        .as("requests during the updates")
                        .isGreaterThan(before);
            }

            await().atMost(COLLECTED_WITHIN).untilAsserted(() -> {
                assertThat(jvm.bundleClassLoaders())
                        .as("class loaders of bundles after %s updates, %s before", SWAPS, loaders)
                        .isLessThanOrEqualTo(loaders + SPARE_LOADERS);
                assertThat(jvm.metaspace())
                        .as("Metaspace in KiB after %s updates, %s before", SWAPS, metaspace)
                        .isLessThanOrEqualTo(metaspace + SPARE_METASPACE_KIB);
            });
        } finally {
            clients.forEach(Clients::close);
        }

        assertThat(clients).allSatisfy(group -> {
            assertThat(group.failures()).isEmpty();
            assertThat(group.successes()).isPositive();
        });
        assertServesOnce(PROVISIONING);
    }

    @Test
    void losesNoRequestWhileAuthIsUpdated() {
        Account account = Account.register(platform);
        Clients readers = new Clients(6, 10, 200, () -> platform.http().get("/api/v1/auth/me", account.bearer()));
        Clients writers =
                new Clients(2, 50, 201, () -> platform.http().post(KEYS, "{\"name\": \"swap\"}", account.bearer()));
        try (readers;
                writers) {
            int before = readers.successes();
            update(AUTH, AT_ONCE);
            assertThat(readers.successes()).as("requests during the updates").isGreaterThan(before);
        }

        assertThat(readers.failures()).isEmpty();
        assertThat(writers.failures()).isEmpty();
        JsonNode list = platform.http().get(KEYS, account.bearer()).data();
        assertThat(list.path("total").asInt()).isEqualTo(writers.successes()).isPositive();
        assertServesOnce(AUTH);
        assertTheLedgerSaysThatNothingFailed();
    }

    @Test
    void losesNoRequestOfAnApplicationWhileTheModulesBehindItAreUpdated() {
        Apps apps = new Apps(platform, Account.register(platform));
        JsonNode provision = apps.create();
        Clients visitors = new Clients(4, 10, 200, () -> apps.visit(provision));
        try (visitors) {
            List<String> modules = new ArrayList<>();
            for (int i = 0; i < AT_ONCE / 2; i++) {
                modules.addAll(BEHIND_AN_APPLICATION);
            }
            update(modules);
        } finally {
            apps.deleteAll();
        }

        assertThat(visitors.failures()).isEmpty();
        assertThat(visitors.successes()).isPositive();
        BEHIND_AN_APPLICATION.forEach(this::assertServesOnce);
    }

    /** The gateway runs apart from every other module. */
    @Test
    void losesNoRequestOfAnApplicationWhileAllOtherModulesAreStopped() {
        Account account = Account.register(platform);
        Apps apps = new Apps(platform, account);
        JsonNode provision = apps.create();
        Clients visitors = new Clients(4, 10, 200, () -> apps.visit(provision));
        try (visitors) {
            command("bundle:stop");
            assertThat(platform.http().get(KEYS, account.bearer()).status())
                    .as("a module that is stopped")
                    .isIn(404, 503);
            int before = visitors.successes();
            await().until(() -> visitors.successes() > before + 200);
            command("bundle:start");
            for (String route : List.of(KEYS, "/api/v1/resources", "/api/v1/operations")) {
                await().atMost(Duration.ofSeconds(60))
                        .until(() ->
                                platform.http().get(route, account.bearer()).status() == 200);
            }
        } finally {
            apps.deleteAll();
        }

        assertThat(visitors.failures()).isEmpty();
        Account operator = Account.login(platform, Platform.OPERATOR_EMAIL, Platform.OPERATOR_PASSWORD);
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(platform.http()
                                .get("/api/v1/modules", operator.bearer())
                                .json()
                                .path("modules"))
                        .isNotEmpty()
                        .allSatisfy(module ->
                                assertThat(module.path("state").asText()).isEqualTo("serving")));
    }

    private void command(String command) {
        Platform.Output output = platform.shell(command + ' ' + String.join(" ", EVERYTHING_BUT_THE_GATEWAY));
        assertThat(output.exitCode()).as(output.text()).isZero();
    }

    @Test
    void keepsAModulesShellCommandsOverAnUpdate() {
        assertThat(platform.shell("template:list").exitCode()).isZero();

        update(PROVISIONING, 1);

        Platform.Output list = platform.shell("template:list");
        assertThat(list.exitCode()).as(list.text()).isZero();
        assertThat(list.text()).contains("web-app");
    }

    private void update(String module, int times) {
        update(Collections.nCopies(times, module));
    }

    /** One after the other, by one shell. */
    private void update(List<String> modules) {
        String commands = String.join(
                "; ",
                modules.stream()
                        .map(module -> "forge:module-update " + file(module))
                        .toList());
        Platform.Output update = platform.shell(commands);
        assertThat(update.exitCode()).as(update.text()).isZero();
        assertThat(update.text().lines().filter(line -> line.contains("took the place of")))
                .as(update.text())
                .hasSameSizeAs(modules);
    }

    private void assertTheLedgerSaysThatNothingFailed() {
        Account operator = Account.login(platform, Platform.OPERATOR_EMAIL, Platform.OPERATOR_PASSWORD);
        JsonNode upgrades = platform.http()
                .get("/api/v1/modules/upgrades?module=" + AUTH + "&limit=" + AT_ONCE, operator.bearer())
                .json()
                .path("upgrades");
        assertThat(upgrades).hasSize(AT_ONCE).allSatisfy(upgrade -> {
            assertThat(upgrade.path("action").asText()).isEqualTo("update");
            assertThat(upgrade.path("result").asText()).isEqualTo("success");
            assertThat(upgrade.path("module").asText()).isEqualTo(AUTH);
            assertThat(upgrade.path("failed_requests").asInt(-1)).isZero();
        });
        assertThat(upgrades)
                .as("requests seen while they were updated")
                .anySatisfy(
                        upgrade -> assertThat(upgrade.path("requests").asInt()).isPositive());
        String listed = platform.shell("forge:module-history --limit 1").text();
        assertThat(listed).contains("update", "success");
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
        Path folder =
                platform.distribution().resolve("system/org/platformforge").resolve(module);
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
