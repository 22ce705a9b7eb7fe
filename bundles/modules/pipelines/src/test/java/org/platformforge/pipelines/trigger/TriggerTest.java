package org.platformforge.pipelines.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TriggerTest {
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The example of GitHub's documentation, "Validating webhook deliveries". */
    @Test
    void signsAsGitHubDocumentsIt() {
        String signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
        byte[] secret = bytes("It's a Secret to Everybody");
        byte[] body = bytes("Hello, World!");

        assertThat(Signature.of(secret, body)).isEqualTo(signature);
        assertThat(Signature.matches(signature, secret, body)).isTrue();
        assertThat(Signature.matches(signature, secret, bytes("Hello, World? ")))
                .isFalse();
        assertThat(Signature.matches(signature, bytes("other"), body)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "sha256=",
                "sha1=757107ea0eb2509fc211221cce984b8a37570b6d",
                "sha256=757107EA0EB2509FC211221CCE984B8A37570B6D7586C22C46F4379C8B043E17",
                "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
            })
    void takesNoOtherForm(String header) {
        assertThat(Signature.matches(header, bytes("It's a Secret to Everybody"), bytes("Hello, World!")))
                .isFalse();
        assertThat(Signature.matches(null, bytes("x"), bytes("y"))).isFalse();
    }

    @Test
    void matchesBranches() {
        assertThat(Branches.matches(List.of("main"), "main")).isTrue();
        assertThat(Branches.matches(List.of("main"), "mainline")).isFalse();
        assertThat(Branches.matches(List.of("release/*"), "release/1.2/x")).isTrue();
        assertThat(Branches.matches(List.of("a.c"), "abc")).isFalse();
        assertThat(Branches.matches(List.of(), "main")).isFalse();
        assertThat(Branches.isPattern("a(b")).isFalse();
        assertThat(Branches.isPattern("*****")).isFalse();
    }
}
