package org.platformforge.launcher.upgrade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArchiveTest {
    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void archive() throws IOException {
        file = Archives.archive(folder.resolve("a.tar.gz"), "forge/", Archives.distribution("2.0", "a = 1\n"));
    }

    @Test
    void unpacksWhatItFoundWhole() throws IOException {
        Archive archive = Archive.check(file);
        archive.unpack(folder.resolve("to"));

        assertThat(archive.version()).isEqualTo("2.0");
        assertThat(archive.content()).isEqualTo("lib/content-2.0");
        assertThat(archive.checked()).isFalse();
        assertThat(archive.bytes()).isPositive();
        assertThat(folder.resolve("to/system/a.jar")).hasContent("bundle of 2.0");
        assertThat(folder.resolve("to/bin/forge")).isExecutable();
        assertThat(Files.getLastModifiedTime(folder.resolve("to/bin/forge")).toMillis())
                .isEqualTo(07000000000L * 1000);
    }

    @Test
    void refusesWhatIsCutOff() throws IOException {
        byte[] all = Files.readAllBytes(file);
        for (int length : new int[] {0, 5, all.length / 2, all.length - 1}) {
            Files.write(file, Arrays.copyOf(all, length));
            refuses("");
        }
    }

    @Test
    void refusesWhatWasChanged() throws IOException {
        byte[] all = Files.readAllBytes(file);
        for (int at : new int[] {0, 40, all.length / 2, all.length - 6}) {
            byte[] changed = all.clone();
            changed[at] ^= 4;
            Files.write(file, changed);
            refuses("");
        }
    }

    @Test
    void believesTheChecksumBesideIt() throws IOException {
        Path beside = folder.resolve("a.tar.gz.sha256");
        Files.writeString(beside, "0".repeat(64) + "  a.tar.gz\n");
        refuses("is not what its checksum says");

        String right = java.util.HexFormat.of().formatHex(sha256(Files.readAllBytes(file)));
        Files.writeString(beside, right + "  a.tar.gz\n");
        assertThat(Archive.check(file).checked()).isTrue();
    }

    @Test
    void theBuildWritesTheChecksumThatIsBelieved() throws IOException {
        Path beside = folder.resolve("a.tar.gz.sha256");
        Files.writeString(beside, "of an earlier build");

        Checksum.main(new String[] {file.toString()});

        String right = java.util.HexFormat.of().formatHex(sha256(Files.readAllBytes(file)));
        assertThat(beside).content().isEqualTo(right + "  a.tar.gz\n");
        assertThat(Archive.check(file).checked()).isTrue();
        byte[] changed = Files.readAllBytes(file);
        changed[changed.length - 1] ^= 1;
        Files.write(file, changed);
        refuses("is not what its checksum says");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "/x", "forge/../../x", "forge//x", "forge/./x", "forge/a\\x", "forge/a\nx", ".."})
    void refusesNamesThatLeadElsewhere(String name) throws IOException {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        Archives.add(tar, name, '0', new byte[1]);
        Archives.compress(file, tar);
        refuses("a name that leads elsewhere");

        ByteArrayOutputStream extended = new ByteArrayOutputStream();
        Archives.add(extended, "x", 'x', pax("path", name));
        Archives.add(extended, "forge/fine", '0', new byte[1]);
        Archives.compress(file, extended);
        refuses("a name that leads elsewhere");
    }

    @ParameterizedTest
    @ValueSource(chars = {'1', '2', '3', '4', '6', 'S'})
    void refusesWhatIsNeitherFileNorFolder(char type) throws IOException {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        Archives.add(tar, "forge/x", type, new byte[0]);
        Archives.compress(file, tar);

        refuses("neither a file nor a folder");
    }

    @Test
    void refusesWhatIsNoDistribution() throws IOException {
        for (String missing : Archives.distribution("2.0", "").keySet().stream()
                .filter(name -> !name.matches(".*(a.cfg|a.jar|content.*|LICENSE)"))
                .toList()) {
            Map<String, String> files = Archives.distribution("2.0", "");
            files.remove(missing);
            Archives.archive(file, "forge/", files);
            refuses("it has no " + missing);
        }
        Map<String, String> wrong = Archives.distribution("2.0", "");
        wrong.put("lib/version", "?\n");
        Archives.archive(file, "forge/", wrong);
        refuses("has no version");
        Archives.archive(file, "", Archives.distribution("2.0", ""));
        refuses("more than one folder");
        Files.writeString(file, "something else");
        refuses("is no .tar.gz archive");
        Files.delete(file);
        refuses("There is no file");
    }

    @Test
    void refusesAFileThatIsThereTwice() throws IOException {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        Archives.add(tar, "forge/x", '0', new byte[1]);
        Archives.add(tar, "forge/x", '0', new byte[1]);
        Archives.compress(file, tar);

        refuses("twice");
    }

    private void refuses(String why) {
        assertThatThrownBy(() -> Archive.check(file))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining(why);
    }

    private static byte[] pax(String key, String value) {
        String rest = " " + key + "=" + value + "\n";
        int length = rest.length() + 2;
        return (length + rest).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] sha256(byte[] content) {
        try {
            return java.security.MessageDigest.getInstance("SHA-256").digest(content);
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
