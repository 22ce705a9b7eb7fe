package org.platformforge.kernel.security.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.platformforge.kernel.api.security.ApiKeys.Type;

class SecretTest {
    private final SecureRandom random = new SecureRandom();

    @Test
    void hasTheDocumentedForm() {
        assertThat(Secret.generate(Type.TOKEN, random).text()).matches("pft_[0-9A-Za-z]{50}");
        assertThat(Secret.generate(Type.KEY, random).text()).matches("pfk_[0-9A-Za-z]{50}");
    }

    @Test
    void isReadBack() {
        Secret made = Secret.generate(Type.KEY, random);
        assertThat(Secret.parse(made.text())).contains(made);
        assertThat(made.matches(made.digest())).isTrue();
        assertThat(made.matches(Secret.generate(Type.KEY, random).digest())).isFalse();
        assertThat(made).hasToString(made.visible() + "…");
        assertThat(made.visible()).hasSize(16);
    }

    @Test
    void isNeverTheSameTwice() {
        Set<String> made = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            assertThat(made.add(Secret.generate(Type.TOKEN, random).lookup())).isTrue();
        }
    }

    @Test
    void refusesEverySingleChangedCharacter() {
        String text = Secret.generate(Type.TOKEN, random).text();
        for (int i = 0; i < text.length(); i++) {
            for (char other : "0aZ_é ".toCharArray()) {
                if (text.charAt(i) != other) {
                    assertThat(Secret.parse(text.substring(0, i) + other + text.substring(i + 1)))
                            .isEmpty();
                }
            }
        }
    }

    @Test
    void refusesATokenDressedAsAKey() {
        String token = Secret.generate(Type.TOKEN, random).text();
        assertThat(Secret.parse("pfk_" + token.substring(4))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "pft_", "pfk", "pft_short", "PFT_", "xxx_0123456789"})
    void refusesWhatIsNoKey(String text) {
        assertThat(Secret.parse(text)).isEmpty();
        assertThat(Secret.parse(text + "0".repeat(100_000))).isEmpty();
    }
}
