package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
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
