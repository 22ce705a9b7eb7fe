package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Order(1)
@ExtendWith(PlatformExtension.class)
class StartTest {
    private final Platform platform;

    StartTest(Platform platform) {
        this.platform = platform;
    }

    @Test
    void isHealthyLiveAndReady() {
        assertThat(platform.http().get("/health").json().path("status").asText())
                .isEqualTo("healthy");
        assertThat(platform.http().get("/health/live").json().path("live").asBoolean())
                .isTrue();
        assertThat(platform.http().get("/health/ready").json().path("ready").asBoolean())
                .isTrue();
        assertThat(platform.forge("status").exitCode()).isZero();
    }

    @Test
    @Tag(Tags.ANY_DATABASE)
    void tellsTheShellThatItIsReady() throws Exception {
        Platform.Output output = platform.shell("forge:status", "--json");

        assertThat(output.exitCode()).as(output.text()).isZero();
        JsonNode status = new ObjectMapper().readTree(output.text());
        assertThat(status.path("ready").asBoolean()).as(output.text()).isTrue();
    }

    @Test
    @Tag(Tags.ANY_DATABASE)
    void failsForACommandThatDoesNotExist() {
        assertThat(platform.shell("forge:no-such-command").exitCode()).isNotZero();
    }

    @Test
    @Tag(Tags.ANY_DATABASE)
    void refusesASecondStartOfTheSameInstance() {
        assertThat(platform.forge("start").exitCode()).isNotZero();
    }

    @Test
    void letsTheFirstOperatorSignIn() {
        Account operator = Account.login(platform, Platform.OPERATOR_EMAIL, Platform.OPERATOR_PASSWORD);

        assertThat(operator.tenantId()).isEqualTo("platform");
        Answer modules = platform.http().get("/api/v1/modules", operator.bearer());
        assertThat(modules.json().path("modules"))
                .isNotEmpty()
                .allSatisfy(module -> assertThat(module.path("state").asText()).isEqualTo("serving"));
    }

    @Test
    void keepsAccountsSessionsAndKeysOverARestart() {
        Account account = Account.register(platform);
        String secret = account.createKey(platform, "{\"name\": \"kept\"}")
                .path("secret")
                .asText();

        Platform.Output stopped = platform.stop();
        assertThat(stopped.exitCode()).as(stopped.text()).isZero();
        assertThat(platform.forge("status").exitCode()).isEqualTo(3);
        platform.start();

        assertStillKnown(account, secret);
    }

    @Test
    void keepsWhatItAnsweredWhenItIsKilled() {
        Account account = Account.register(platform);
        String secret = account.createKey(platform, "{\"name\": \"kept\"}")
                .path("secret")
                .asText();

        platform.killNine();
        platform.start();

        assertStillKnown(account, secret);
    }

    private void assertStillKnown(Account account, String secret) {
        Answer bySession = platform.http().get("/api/v1/auth/me", account.bearer());
        assertThat(bySession.status()).as(bySession.toString()).isEqualTo(200);
        Answer byKey = platform.http().get("/api/v1/auth/me", Account.bearer(secret));
        assertThat(byKey.data().path("tenant_id").asText()).as(byKey.toString()).isEqualTo(account.tenantId());
        Account.login(platform, account.email(), Account.PASSWORD);
    }
}
