package org.platformforge.kernel.security.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.Reader;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.platformforge.kernel.api.security.AccessTokens;
import org.platformforge.kernel.security.testing.TestConfig;

class SettingsTest {
    @Test
    void theShippedFileSaysWhatTheDefaultsAre() throws IOException {
        Properties shipped = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of("../../../config", SecurityConfig.PID + ".cfg"))) {
            shipped.load(reader);
        }
        SecurityConfig defaults = TestConfig.of(SecurityConfig.class, Map.of());
        for (Method key : SecurityConfig.class.getDeclaredMethods()) {
            String value = shipped.getProperty(key.getName().replace('_', '.'));
            assertThat(value).as(key.getName()).isNotNull();
            if (!value.startsWith("${")) {
                assertThat(value).isEqualTo(String.valueOf(key.getDefaultValue()));
            }
        }
        assertThat(Settings.of(defaults, Map.of()).roles())
                .containsOnlyKeys("operator", "admin", "developer", "viewer", "auditor");
        assertThat(shipped).hasSize(SecurityConfig.class.getDeclaredMethods().length);
    }

    @Test
    void letsNoAccessTokenOutliveASessionOfItsTenant() {
        SecurityConfig defaults = TestConfig.of(SecurityConfig.class, Map.of());
        assertThat(Settings.of(defaults, Map.of()).tokenLifetime("ten_a")).isEqualTo(Duration.ofHours(1));
        Settings settings = Settings.of(
                defaults,
                Map.of("session.timeout.seconds", 1800L, "session.timeout.seconds.tenants", "ten_a=60,ten_b=3000,x"));
        assertThat(settings.tokenLifetime("ten_a")).isEqualTo(Duration.ofMinutes(1));
        assertThat(settings.tokenLifetime("ten_b")).isEqualTo(Duration.ofMinutes(30));
        assertThat(settings.tokenLifetime("ten_c")).isEqualTo(Duration.ofMinutes(30));
    }

    @Test
    void permitsNothingWithoutTheSecondFactorThatIsRequired() {
        SecurityConfig defaults = TestConfig.of(SecurityConfig.class, Map.of());
        AccessTokens.Claims weak = claims("ten_a", "pwd");
        AccessTokens.Claims strong = claims("ten_a", "pwd", "otp", "mfa");
        assertThat(Settings.of(defaults, Map.of()).tokenRoles(weak)).containsExactly("admin");
        Settings ofTenant = Settings.of(defaults, Map.of("mfa.required", false, "mfa.required.tenants", "ten_a=true"));
        assertThat(ofTenant.tokenRoles(weak)).containsExactly("mfa_enrolment");
        assertThat(ofTenant.tokenRoles(strong)).containsExactly("admin");
        assertThat(ofTenant.tokenRoles(claims("ten_b", "pwd"))).containsExactly("admin");
        Settings ofAll = Settings.of(defaults, Map.of("mfa.required", true));
        assertThat(ofAll.tokenRoles(claims("ten_b", "pwd"))).containsExactly("mfa_enrolment");
        assertThat(ofAll.roles()).doesNotContainKey("mfa_enrolment");
    }

    private static AccessTokens.Claims claims(String tenant, String... methods) {
        return new AccessTokens.Claims("user_1", tenant, Set.of("admin"), "ses_1", List.of(methods));
    }

    @Test
    void namesEveryWrongValueAtOnce() {
        assertThatThrownBy(() -> TestConfig.settings(Map.of(
                        "role_viewer", "Read Everything",
                        "token_issuer", " ",
                        "token_lifetime_seconds", 5,
                        "token_leeway_seconds", 600,
                        "idempotency_retention_hours", 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(
                        "role.viewer",
                        "token.issuer",
                        "token.lifetime.seconds is 5",
                        "token.leeway.seconds is 600",
                        "idempotency.retention.hours is 1");
    }
}
