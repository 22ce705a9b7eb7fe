package org.platformforge.kernel.security.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.Reader;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
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
                .containsOnlyKeys("operator", "admin", "developer", "viewer");
        assertThat(shipped).hasSize(SecurityConfig.class.getDeclaredMethods().length);
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
