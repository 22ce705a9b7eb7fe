package org.platformforge.kernel.http.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys made by OpenSSL 3.0: {@code genpkey}, {@code rsa -traditional}, {@code ecparam -genkey}, {@code pkcs8 -topk8}. */
class PemTest {
    private static final char[] NONE = {};

    @ParameterizedTest
    @ValueSource(strings = {"pkcs8-rsa", "pkcs1-rsa", "pkcs8-ec", "sec1-ec", "pkcs8-ed25519"})
    void readsKeys(String name) throws Exception {
        assertThat(Pem.key(resource(name), NONE)).isNotNull();
    }

    @Test
    void readsTheSameKeyInBothForms() throws Exception {
        assertThat(Pem.key(resource("pkcs1-rsa"), NONE)).isEqualTo(Pem.key(resource("pkcs8-rsa"), NONE));
        assertThat(((ECPrivateKey) Pem.key(resource("sec1-ec"), NONE)).getS())
                .isEqualTo(((ECPrivateKey) Pem.key(resource("pkcs8-ec"), NONE)).getS());
    }

    @Test
    void opensAnEncryptedKeyWithItsPasswordOnly() throws Exception {
        String encrypted = resource("pkcs8-rsa-encrypted");

        assertThat(Pem.key(encrypted, "secret".toCharArray())).isEqualTo(Pem.key(resource("pkcs8-rsa"), NONE));
        assertThatThrownBy(() -> Pem.key(encrypted, "other".toCharArray()))
                .isInstanceOf(GeneralSecurityException.class);
        assertThatThrownBy(() -> Pem.key(encrypted, NONE))
                .isInstanceOf(GeneralSecurityException.class)
                .hasMessageContaining("no password is given");
    }

    @Test
    void refusesDamagedKeys() throws Exception {
        PrivateKey key = KeyPairGenerator.getInstance("EC").generateKeyPair().getPrivate();
        byte[] whole = key.getEncoded();
        for (int length = 1; length < whole.length; length++) {
            byte[] part = java.util.Arrays.copyOf(whole, length);
            for (String type : new String[] {"PRIVATE KEY", "EC PRIVATE KEY", "RSA PRIVATE KEY"}) {
                assertThatThrownBy(() -> Pem.key(HttpsListenerTest.block(type, part), NONE))
                        .isInstanceOf(GeneralSecurityException.class);
            }
        }
    }

    private static String resource(String name) throws Exception {
        try (var in = PemTest.class.getResourceAsStream("/tls/" + name + ".pem")) {
            return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.US_ASCII);
        }
    }
}
