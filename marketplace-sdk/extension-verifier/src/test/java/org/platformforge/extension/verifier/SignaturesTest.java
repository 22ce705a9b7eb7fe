package org.platformforge.extension.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignaturesTest {
    private static final String SHA256 = "a".repeat(64);

    private final KeyPair pair = Signatures.generate();

    @Test
    void verifiesExactlyWhatWasSigned() throws Exception {
        String signature = Signatures.sign(pair.getPrivate(), "acme.notes", "1.2.3", SHA256);

        assertThat(Signatures.verify(pair.getPublic(), "acme.notes", "1.2.3", SHA256, signature))
                .isTrue();
        assertThat(Signatures.verify(pair.getPublic(), "acme.notes", "1.2.3", SHA256, signature + "\n"))
                .isTrue();
        assertThat(Signatures.verify(pair.getPublic(), "acme.other", "1.2.3", SHA256, signature))
                .isFalse();
        assertThat(Signatures.verify(pair.getPublic(), "acme.notes", "1.2.4", SHA256, signature))
                .isFalse();
        assertThat(Signatures.verify(pair.getPublic(), "acme.notes", "1.2.3", "b".repeat(64), signature))
                .isFalse();
        assertThat(Signatures.verify(Signatures.generate().getPublic(), "acme.notes", "1.2.3", SHA256, signature))
                .isFalse();
    }

    /** RFC 8032, 7.1, test 1: the key every implementation agrees about. */
    @Test
    void takesTheKeysOfOtherTools() throws Exception {
        PrivateKey key = Signatures.privateKey(
                "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n");
        String signature = Signatures.sign(key, "acme.notes", "1.2.3", SHA256);

        assertThat(Signatures.verify(
                        Signatures.publicKey(
                                "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----\n"),
                        "acme.notes",
                        "1.2.3",
                        SHA256,
                        signature))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "AAAA",
                "****",
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=="
            })
    void refusesWhatIsNoSignature(String text) {
        assertThat(Signatures.verify(pair.getPublic(), "acme.notes", "1.2.3", SHA256, text))
                .isFalse();
    }

    @Test
    void writesKeysForTheirOwnerOnlyAndReadsThemBack(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("key.pem");
        Signatures.write(pair.getPrivate(), file);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(Signatures.privateKey(Files.readString(file))).isEqualTo(pair.getPrivate());
        assertThat(Signatures.publicKey(Signatures.pem(pair.getPublic()))).isEqualTo(pair.getPublic());
        assertThatThrownBy(() -> Signatures.write(pair.getPrivate(), file))
                .isInstanceOf(FileAlreadyExistsException.class);
    }

    @Test
    void refusesOtherKeysWithoutShowingThem() throws Exception {
        KeyPair rsa = KeyPairGenerator.getInstance("EC").generateKeyPair();
        String pem = Signatures.pem(rsa.getPublic());

        assertThatThrownBy(() -> Signatures.publicKey(pem)).isInstanceOf(InvalidKeyException.class);
        assertThatThrownBy(() -> Signatures.publicKey("hello")).isInstanceOf(InvalidKeyException.class);
        assertThatThrownBy(() -> Signatures.privateKey(Signatures.pem(pair.getPublic())))
                .isInstanceOf(InvalidKeyException.class);
        assertThatThrownBy(() ->
                        Signatures.privateKey("-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n"))
                .isInstanceOf(InvalidKeyException.class)
                .hasMessageNotContaining("c2VjcmV0")
                .hasNoCause();
    }
}
