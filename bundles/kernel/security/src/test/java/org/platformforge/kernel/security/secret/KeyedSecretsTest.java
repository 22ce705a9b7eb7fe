package org.platformforge.kernel.security.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.platformforge.kernel.security.config.DataFolder;

class KeyedSecretsTest {
    private static final byte[] TEXT = "attack at dawn".getBytes(StandardCharsets.UTF_8);

    private final KeyedSecrets secrets = new KeyedSecrets(List.of(key(1)));

    @TempDir
    Path data;

    @Test
    void opensWhatItSealed() {
        assertThat(secrets.open("p", "row-1", secrets.seal("p", "row-1", TEXT))).isEqualTo(TEXT);
        assertThat(secrets.open("p", "", secrets.seal("p", "", new byte[0]))).isEmpty();
    }

    @Test
    void sealsTheSameTextDifferentlyEachTime() {
        assertThat(secrets.seal("p", "c", TEXT)).isNotEqualTo(secrets.seal("p", "c", TEXT));
    }

    @Test
    void opensNothingElsewhere() {
        String sealed = secrets.seal("p", "row-1", TEXT);
        refused(() -> secrets.open("p", "row-2", sealed));
        refused(() -> secrets.open("q", "row-1", sealed));
        refused(() -> new KeyedSecrets(List.of(key(2))).open("p", "row-1", sealed));
    }

    @Test
    void opensNothingThatWasChanged() {
        String sealed = secrets.seal("p", "c", TEXT);
        for (int i = 0; i < sealed.length(); i++) {
            char other = sealed.charAt(i) == 'A' ? 'B' : 'A';
            String changed = sealed.substring(0, i) + other + sealed.substring(i + 1);
            refused(() -> secrets.open("p", "c", changed));
        }
        for (int length = 0; length < sealed.length(); length++) {
            String cut = sealed.substring(0, length);
            refused(() -> secrets.open("p", "c", cut));
        }
    }

    @Test
    void opensWithAFormerKeyAndSealsWithTheNewOne() {
        String old = secrets.seal("p", "c", TEXT);
        KeyedSecrets replaced = new KeyedSecrets(List.of(key(2), key(1)));
        assertThat(replaced.open("p", "c", old)).isEqualTo(TEXT);
        refused(() -> secrets.open("p", "c", replaced.seal("p", "c", TEXT)));
    }

    @Test
    void macsDifferByPurposeAndKey() {
        byte[] mac = secrets.mac("p", TEXT);
        assertThat(mac).hasSize(32).isEqualTo(new KeyedSecrets(List.of(key(1))).mac("p", TEXT));
        assertThat(secrets.mac("q", TEXT)).isNotEqualTo(mac);
        assertThat(new KeyedSecrets(List.of(key(2))).mac("p", TEXT)).isNotEqualTo(mac);
    }

    @Test
    void makesAKeyFileOnlyItsOwnerCanReadAndUsesItAgain() throws IOException {
        DataFolder folder = new DataFolder(data);
        byte[] made = MasterKeys.load("", folder).get(0);
        Path file = data.resolve("keys/secret.key");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
                .isEqualTo("rwx------");
        assertThat(MasterKeys.load("", folder)).singleElement().isEqualTo(made);
        try (var files = Files.list(file.getParent())) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void prefersConfiguredKeysAndStillOpensWithTheFile() throws IOException {
        DataFolder folder = new DataFolder(data);
        byte[] made = MasterKeys.load(null, folder).get(0);
        String configured = Base64.getEncoder().encodeToString(key(1)) + ", "
                + Base64.getUrlEncoder().encodeToString(key(2));
        assertThat(MasterKeys.load(configured, folder)).containsExactly(key(1), key(2), made);
    }

    @Test
    void makesNoFileWhenAKeyIsConfigured() throws IOException {
        MasterKeys.load(Base64.getEncoder().encodeToString(key(1)), new DataFolder(data));
        assertThat(data.resolve("keys")).doesNotExist();
    }

    @Test
    void refusesAWrongKeyWithoutShowingIt() {
        assertThatThrownBy(() -> MasterKeys.load("c2hvcnQ=", new DataFolder(data)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("FORGE_SECRET_KEY")
                .hasMessageNotContaining("c2hvcnQ");
    }

    private static void refused(Runnable opening) {
        assertThatThrownBy(opening::run).isInstanceOf(IllegalArgumentException.class);
    }

    private static byte[] key(int seed) {
        byte[] key = new byte[32];
        java.util.Arrays.fill(key, (byte) seed);
        return key;
    }
}
