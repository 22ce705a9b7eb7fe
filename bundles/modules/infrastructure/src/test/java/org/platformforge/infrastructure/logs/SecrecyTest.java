package org.platformforge.infrastructure.logs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecrecyTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "password=hunter2 x",
                "\"client_secret\": \"hunter2\"",
                "Authorization: Bearer hunter2hunter2",
                "sent bearer hunter2hunter2",
                "api_key: hunter2",
                "eyJhbGciOiJIUzI1NiJ9.hunter2.hunter2"
            })
    void blanksWhatLooksLikeASecret(String text) {
        assertThat(Secrecy.blank(text)).doesNotContain("hunter2").contains("***");
    }

    @Test
    void leavesTheRest() {
        assertThat(Secrecy.blank("The token of a session has ended")).isEqualTo("The token of a session has ended");
    }
}
