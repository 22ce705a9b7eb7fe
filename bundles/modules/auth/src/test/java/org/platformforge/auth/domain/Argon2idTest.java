package org.platformforge.auth.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Argon2idTest {
    private final Argon2id argon2id = new Argon2id();

    /** Of the reference implementation's own tests, those with one lane. */
    @ParameterizedTest
    @CsvSource({
        "65536, 2, password, somesalt, 09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7",
        "256, 2, password, somesalt, 9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe",
        "65536, 1, password, somesalt, f6a5adc1ba723dddef9b5ac1d464e180fcd9dffc9d1cbf76cca2fed795d9ca98",
        "65536, 4, password, somesalt, 9025d48e68ef7395cca9079da4c4ec3affb3c8911fe4f86d1a2520856f63172c",
        "65536, 2, differentpassword, somesalt, 0b84d652cf6b0c4beaef0dfe278ba6a80df6696281d7e0d2891b817d8c458fde",
        "65536, 2, password, diffsalt, bdf32b05ccc42eb15d58fd19b1f856b113da1e9a5874fdcc544308565aa8141c"
    })
    void makesTheHashesOfTheReference(int memory, int iterations, String password, String salt, String hash) {
        assertThat(argon2id.hash(bytes(password), bytes(salt), memory, iterations, 32))
                .isEqualTo(HexFormat.of().parseHex(hash));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** In memory that holds what the hash before left. */
    @Test
    void makesTheHashesOfBouncyCastle() {
        Random random = new Random(7);
        for (int i = 0; i < 300; i++) {
            byte[] password = new byte[random.nextInt(300)];
            byte[] salt = new byte[8 + random.nextInt(40)];
            random.nextBytes(password);
            random.nextBytes(salt);
            int memory = 8 + random.nextInt(i % 10 == 0 ? 2000 : 60);
            int iterations = 1 + random.nextInt(4);
            byte[] expected = new byte[4 + random.nextInt(250)];
            Argon2BytesGenerator generator = new Argon2BytesGenerator();
            generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                    .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                    .withMemoryAsKB(memory)
                    .withIterations(iterations)
                    .withParallelism(1)
                    .withSalt(salt)
                    .build());
            generator.generateBytes(password, expected);
            assertThat(argon2id.hash(password, salt, memory, iterations, expected.length))
                    .as("m=%d,t=%d, %d bytes of %d", memory, iterations, expected.length, password.length)
                    .isEqualTo(expected);
        }
    }
}
