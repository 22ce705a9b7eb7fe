package org.platformforge.kernel.security.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.platformforge.kernel.api.http.Dialect;

class PoliciesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "100",
                "100/1m",
                "-1/1m per caller",
                "100/0s per caller",
                "100/1w per caller",
                "100/1m per planet",
                "100/1m per caller when rich",
                "1e3/1m per caller",
                "100/400d per caller",
                "100/1m per caller; drop"
            })
    void refusesWhatIsNoPolicy(String value) {
        assertThatThrownBy(() -> Policies.of(Map.of("policy.auth", value), ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("policy.auth");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1/1m per caller", "1/1m per tenant", "1/1m per address when key"})
    void refusesToCountRefusedCredentialsByWhatNobodyKnows(String value) {
        assertThatThrownBy(() -> Policies.of(Map.of("policy.refused-credentials", value), ""))
                .hasMessageContaining("policy.refused-credentials");
    }

    @Test
    void namesEveryWrongValueAtOnce() {
        assertThatThrownBy(() -> Policies.of(
                        Map.of(
                                "policy.auth", "x",
                                "policy.Bad_Name", "1/1m per caller",
                                "dialect.paas", "paas-user,missing",
                                "dialect.esperanto", "auth"),
                        ""))
                .hasMessageContainingAll("policy.auth", "policy.Bad_Name", "missing", "dialect.esperanto");
    }

    @Test
    void knowsPoliciesTheOperatorAdds() {
        Policies policies = Policies.of(
                Map.of("policy.slow", "1/1d per tenant", "dialect.paas", "slow", "policy.gone", "unlimited"), "");
        assertThat(policies.byDialect().get(Dialect.PAAS)).containsExactly("slow");
        assertThat(policies.names()).contains("slow", "gone", "auth");
        assertThat(policies.rules()).containsKey("slow").doesNotContainKey("gone");
    }

    @Test
    void theShippedFileSaysWhatTheDefaultsAre() throws IOException {
        Properties shipped = new Properties();
        Path file = Path.of("../../../config").resolve(RateLimitConfig.PID + ".cfg");
        try (Reader reader = Files.newBufferedReader(file)) {
            shipped.load(reader);
        }
        Map<String, Object> values = new HashMap<>();
        shipped.stringPropertyNames().forEach(name -> values.put(name, shipped.getProperty(name)));
        assertThat(Policies.of(values, shipped.getProperty("premium.tenants"))).isEqualTo(Policies.of(Map.of(), ""));
    }
}
