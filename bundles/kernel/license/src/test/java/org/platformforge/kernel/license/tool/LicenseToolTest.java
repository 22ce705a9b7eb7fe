package org.platformforge.kernel.license.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LicenseToolTest {
    @TempDir
    Path folder;

    private String out;
    private String err;

    private int run(String... args) {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        ByteArrayOutputStream complained = new ByteArrayOutputStream();
        int result = LicenseTool.run(args, new PrintStream(printed, true), new PrintStream(complained, true));
        out = printed.toString(StandardCharsets.UTF_8);
        err = complained.toString(StandardCharsets.UTF_8);
        return result;
    }

    @Test
    void makesAKeyALicenceAndTellsWhatItGrants() throws Exception {
        String name = folder.resolve("acme").toString();
        assertThat(run("keygen", name)).isZero();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(name + ".key"))))
                .isEqualTo("rw-------");

        Path terms = folder.resolve("terms.json");
        Files.writeString(
                terms,
                "{\"serial\":7,\"customer\":\"Acme\",\"expires_at\":\"2099-01-01T00:00:00Z\","
                        + "\"feature_sets\":[\"forge-billing\"]}");
        assertThat(run("sign", name, terms.toString())).isZero();
        Path license = folder.resolve("license.json");
        Files.writeString(license, out);

        assertThat(run("inspect", name, license.toString())).isZero();
        assertThat(out).contains("serial 7, of Acme", "forge-billing", "Installation: any");
    }

    @Test
    void neverWritesOverAKey() {
        String name = folder.resolve("acme").toString();
        assertThat(run("keygen", name)).isZero();
        assertThat(run("keygen", name)).isEqualTo(1);
    }

    @Test
    void saysWhatIsWrong() throws Exception {
        assertThat(run()).isEqualTo(2);
        assertThat(err).contains("bin/forge license sign");
        String name = folder.resolve("acme").toString();
        assertThat(run("inspect", name, "x")).isEqualTo(1);
        assertThat(err).contains("there is no file").contains("acme.pem");
        run("keygen", name);
        Path terms = folder.resolve("terms.json");
        Files.writeString(terms, "{\"serial\":7}");
        assertThat(run("sign", name, terms.toString())).isEqualTo(1);
        assertThat(err).contains("LICENSE_CORRUPTED", "it needs").doesNotContain("Exception");
    }
}
