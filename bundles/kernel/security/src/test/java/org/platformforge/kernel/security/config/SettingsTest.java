package org.platformforge.kernel.security.config;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.platformforge.kernel.security.testing.TestConfig;

class SettingsTest {
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
