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
import org.platformforge.kernel.security.testing.TestConfig;

class SettingsTest {
    private static final Set<String> ADMIN = Set.of("admin");

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
            if (!value.startsWith("${") && !value.startsWith("$[")) {
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
        List<String> weak = List.of("pwd");
        List<String> strong = List.of("pwd", "otp", "mfa");
        assertThat(Settings.of(defaults, Map.of()).tokenRoles("ten_a", weak, ADMIN))
                .isEqualTo(ADMIN);
        Settings ofTenant = Settings.of(defaults, Map.of("mfa.required", false, "mfa.required.tenants", "ten_a=true"));
        assertThat(ofTenant.tokenRoles("ten_a", weak, ADMIN)).containsExactly("mfa_enrolment");
        assertThat(ofTenant.tokenRoles("ten_a", strong, ADMIN)).isEqualTo(ADMIN);
        assertThat(ofTenant.tokenRoles("ten_b", weak, ADMIN)).isEqualTo(ADMIN);
        Settings ofAll = Settings.of(defaults, Map.of("mfa.required", true));
        assertThat(ofAll.tokenRoles("ten_b", weak, ADMIN)).containsExactly("mfa_enrolment");
        assertThat(ofAll.roles()).doesNotContainKey("mfa_enrolment");
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
