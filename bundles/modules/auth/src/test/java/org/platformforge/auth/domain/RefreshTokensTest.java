package org.platformforge.auth.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class RefreshTokensTest {
    private final RefreshTokens tokens = new RefreshTokens(TestSecrets.of("one"));

    @Test
    void readsWhatItIssued() {
        String token = tokens.issue("ses_1", 7);
        assertThat(tokens.parse(token)).contains(new RefreshTokens.Parsed("ses_1", 7));
        assertThat(tokens.issue("ses_1", 7)).isEqualTo(token);
    }

    @Test
    void refusesTheNextGenerationMadeFromAnOlderToken() {
        String next = tokens.issue("ses_1", 1).replace("ses_1.1.", "ses_1.2.");
        assertThat(tokens.parse(next)).isEmpty();
    }

    @Test
    void refusesATokenOfAnotherKey() {
        assertThat(tokens.parse(new RefreshTokens(TestSecrets.of("two")).issue("ses_1", 1)))
                .isEmpty();
    }

    @Test
    void refusesEverySingleChangedCharacter() {
        String token = tokens.issue("ses_1", 1);
        for (int i = 0; i < token.length() - 1; i++) { // the last character of base64url carries unused bits
            char other = token.charAt(i) == 'A' ? 'B' : 'A';
            assertThat(tokens.parse(token.substring(0, i) + other + token.substring(i + 1)))
                    .as("changed at %s", i)
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(
            strings = {
                "pfr_",
                "pfr_..",
                "pfr_a.b.c",
                "pfr_ses_1.0.x",
                "pfr_ses_1.-1.x",
                "pfr_ses_1.99999999999999999999.x",
                "pfr_ses_1.1.%%%",
                "eyJhbGciOiJub25lIn0.e30.",
                "pfr_ses_1.1.x.y",
                "\0",
                "pfr_\uD800.1.x"
            })
    void refusesWhatIsNoToken(String text) {
        assertThat(tokens.parse(text)).isEmpty();
    }

    @Test
    void refusesHugeInputWithoutLookingAtIt() {
        assertThat(tokens.parse("pfr_" + "a".repeat(1_000_000))).isEmpty();
    }
}
