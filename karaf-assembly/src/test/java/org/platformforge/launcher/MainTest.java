package org.platformforge.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {
    @TempDir
    Path folder;

    @Test
    void copiesTemplatesWithTheirTimes() throws Exception {
        Path template = template("a.cfg", "x=1");
        Files.setLastModifiedTime(template, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));

        Main.settings(folder.resolve("templates"), folder.resolve("config"), folder.resolve("etc"));

        assertThat(folder.resolve("etc/a.cfg")).hasContent("x=1");
        assertThat(Files.getLastModifiedTime(folder.resolve("etc/a.cfg")).toInstant())
                .isEqualTo(Instant.parse("2020-01-01T00:00:00Z"));
    }

    @Test
    void addsALogOfJsonWhenToldAndNotOtherwise() throws Exception {
        Path settings = template("org.ops4j.pax.logging.cfg", "log4j2.rootLogger.level = INFO\n");

        JsonLog.apply("text", settings.getParent());
        JsonLog.apply(null, settings.getParent());
        assertThat(settings).hasContent("log4j2.rootLogger.level = INFO\n");

        JsonLog.apply("json-stdout", settings.getParent());
        assertThat(settings)
                .content()
                .startsWith("log4j2.rootLogger.level = INFO\n")
                .contains(
                        "appender.json.type = Console\n",
                        "rootLogger.appenderRef.Json.ref = Json\n",
                        "log-event.json\n");
    }

    @Test
    void leavesATemplateOutWhenTheOperatorHasAFileOfThatName() throws Exception {
        template("a.cfg", "x=1");
        Main.settings(folder.resolve("templates"), folder.resolve("config"), folder.resolve("etc"));
        Files.createDirectories(folder.resolve("config"));
        Files.writeString(folder.resolve("config/a.cfg"), "x=2");

        Main.settings(folder.resolve("templates"), folder.resolve("config"), folder.resolve("etc"));

        assertThat(folder.resolve("etc/a.cfg")).doesNotExist();
    }

    @Test
    void takesBackWhatSomebodyChangedInTheInstancesCopy() throws Exception {
        template("a.cfg", "x=1");
        Main.settings(folder.resolve("templates"), folder.resolve("config"), folder.resolve("etc"));
        Files.writeString(folder.resolve("etc/a.cfg"), "x=99");

        Main.settings(folder.resolve("templates"), folder.resolve("config"), folder.resolve("etc"));

        assertThat(folder.resolve("etc/a.cfg")).hasContent("x=1");
    }

    @Test
    void keepsWordsThatHoldBlanksOneArgumentOfTheConsole() {
        assertThat(Shell.line(List.of("tenant:create", "Two words"))).isEqualTo("tenant:create 'Two words'");
        assertThat(Shell.line(List.of("a", "", "--b=c", ";", "d", "|", "e"))).isEqualTo("a '' --b=c ; d | e");
        assertThat(Shell.line(List.of("a", "it's $5 \""))).isEqualTo("a \"it's \\$5 \\\"\"");
        assertThat(Shell.line(List.of("tenant:create 'Two words'"))).isEqualTo("tenant:create 'Two words'");
    }

    @Test
    void admitsTheLocalKeyAndNoPassword() throws Exception {
        Path etc = Files.createDirectories(folder.resolve("etc"));

        Main.login(folder, etc);

        String key = Files.readString(folder.resolve("shell/authorized_key.pub"))
                .split(" ")[1]
                .trim();
        assertThat(Files.readString(etc.resolve("keys.properties")))
                .startsWith("forge-local=" + key + ",_g_:forge\n")
                .contains("_g_\\:forge=group,admin,");
        assertThat(etc.resolve("users.properties")).doesNotExist();
    }

    @Test
    void keepsKeysReadableByTheirOwnerOnly() throws Exception {
        SshKeys.ensure(folder);

        for (String name : new String[] {"id_ecdsa", "host.key", "authorized_key.pub", "host.key.pub"}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("shell/" + name))))
                    .isEqualTo("rw-------");
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("shell"))))
                .isEqualTo("rwx------");
    }

    @Test
    void keepsTheKeysOfAnEarlierStart() throws Exception {
        assertThat(SshKeys.ensure(folder)).isEqualTo(SshKeys.ensure(folder));
    }

    /** Repeated, as a coordinate with a leading zero comes up once in 128 keys. */
    @RepeatedTest(200)
    void writesPublicKeysThatFitTheSecretOnes() throws Exception {
        KeyPair pair = keyPair();

        Signature signer = Signature.getInstance("SHA256withECDSA");
        signer.initSign(pair.getPrivate());
        signer.update((byte) 7);
        byte[] signature = signer.sign();
        signer.initVerify(pair.getPublic());
        signer.update((byte) 7);
        assertThat(signer.verify(signature)).isTrue();
    }

    private KeyPair keyPair() throws Exception {
        String open = SshKeys.ensure(folder);
        PublicKey publicKey = PublicKeyEntry.parsePublicKeyEntry(open).resolvePublicKey(null, null, null);
        String pem = Files.readString(folder.resolve("shell/id_ecdsa")).replaceAll("-----[A-Z ]+-----", "");
        PrivateKey privateKey = KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem)));
        return new KeyPair(publicKey, privateKey);
    }

    private Path template(String name, String text) throws Exception {
        Path templates = Files.createDirectories(folder.resolve("templates"));
        return Files.writeString(templates.resolve(name), text);
    }
}
