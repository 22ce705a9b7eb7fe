package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** From a template to an application that answers under its name, and back. */
@Order(7)
@ExtendWith(PlatformExtension.class)
class ProvisionTest {
    private final Platform platform;
    private final Apps apps;

    ProvisionTest(Platform platform) {
        this.platform = platform;
        this.apps = new Apps(platform, Account.register(platform));
    }

    @AfterEach
    void deleteAll() {
        apps.deleteAll();
    }

    @Test
    void makesAnApplicationThatAnswersUnderItsNameUntilItIsDeleted() {
        JsonNode provision = apps.create();
        assertThat(apps.visit(provision).status()).isEqualTo(200);

        apps.deleteAll();

        assertThat(apps.visit(provision).status()).isEqualTo(404);
        JsonNode deleted = apps.status(provision.path("provision_id").asText());
        assertThat(deleted.path("status").asText()).isEqualTo("deleted");
        assertThat(deleted.path("cleanup").path("clean").asBoolean())
                .as(deleted.toString())
                .isTrue();
    }

    @Test
    void keepsTheDriversOfWhatRunsAndFindsNothingBesideIt() {
        JsonNode provision = apps.create();
        for (String driver : List.of("org.platformforge.driver.process", "org.platformforge.gateway")) {
            Platform.Output refused = platform.shell("forge:module-uninstall", driver);
            assertThat(refused.exitCode()).as(refused.text()).isNotZero();
            assertThat(refused.text()).contains(driver + " is needed", "delete");
        }

        Platform.Output swept = platform.shell("resource:sweep", "--dry-run");
        assertThat(swept.exitCode()).as(swept.text()).isZero();
        assertThat(swept.text()).contains("Engines and records agree");
        assertThat(apps.visit(provision).status()).isEqualTo(200);
    }

    @Test
    void bringsTheApplicationBackAfterThePlatformWasKilled() {
        JsonNode provision = apps.create();

        platform.killNine();
        platform.start();

        await().atMost(Apps.WITHIN)
                .untilAsserted(() -> assertThat(apps.visit(provision).status()).isEqualTo(200));
    }
}
