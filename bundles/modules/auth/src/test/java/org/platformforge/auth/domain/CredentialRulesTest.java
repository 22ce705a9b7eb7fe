package org.platformforge.auth.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialRulesTest {
    @ParameterizedTest
    @ValueSource(strings = {"user@example.com", "a.b+tag@sub.example.com", "o'brien@example.co", "x@b.c"})
    void takesAddressesThatMailReaches(String address) {
        assertThat(CredentialRules.isEmail(address)).isTrue();
    }

    /** What no mail server takes is told to who typed it, instead of being tried for a day. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a..b@example.com",
                ".a@example.com",
                "a.@example.com",
                "a@b",
                "a@b@example.com",
                "a@-b.example",
                "a@example.com.",
                "12345678901234567890123456789012345678901234567890123456789012345@example.com"
            })
    void refusesThoseThatNoneReaches(String address) {
        assertThat(CredentialRules.isEmail(address)).isFalse();
    }
}
