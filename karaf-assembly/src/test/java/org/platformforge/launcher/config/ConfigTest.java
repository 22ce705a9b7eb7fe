package org.platformforge.launcher.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigTest {
    private static final String STORE = "org.platformforge.kernel.store";
    private static final String SECURITY = "org.platformforge.kernel.security";

    @TempDir
    Path folder;

    private Path config;
    private Path secrets;

    @BeforeEach
    void bundles() throws IOException {
        config = Files.createDirectories(folder.resolve("config"));
        secrets = Files.createDirectories(folder.resolve("secrets"));
        Path jar = folder.resolve("system/org/platformforge/org.platformforge.kernel.store/1/store.jar");
        Files.createDirectories(jar.getParent());
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            metatype(out, STORE, """
                    <AD id="url" type="String"/><AD id="user" type="String"/><AD id="password" type="Password"/>
                    <AD id="pool.size" type="Integer" min="2" max="99"/><AD id="pool.wait" type="Long"/>
                    <AD id="ports" type="Integer" cardinality="2147483647"/><AD id="on" type="Boolean"/>""");
            metatype(out, SECURITY, "<AD id=\"secret.key\" type=\"Password\"/>");
        }
    }

    private static void metatype(JarOutputStream out, String pid, String keys) throws IOException {
        out.putNextEntry(new JarEntry("OSGI-INF/metatype/" + pid + ".xml"));
        out.write(("<metatype:MetaData xmlns:metatype=\"http://www.osgi.org/xmlns/metatype/v1.2.0\"><OCD id=\"" + pid
                        + "\">" + keys + "</OCD></metatype:MetaData>")
                .getBytes(StandardCharsets.UTF_8));
        out.closeEntry();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "right                    | pool.size = 7                 | -",
                "empty is the default     | pool.size =                   | -",
                "of the environment       | pool.size = ${env:SEVEN}      | -",
                "of nobody                | pool.size = ${env:NOBODY}     | -",
                "a word for a number      | pool.size = many              | :2: error: pool.size must be a number (Integer), not \"many\"",
                "too large a number       | pool.size = 3000000000        | :2: error: pool.size must be a number (Integer), not \"3000000000\"",
                "below the smallest       | pool.size = 1                 | :2: error: pool.size must be 2 at least, not 1",
                "above the largest        | pool.size = 100               | :2: error: pool.size must be 99 at most, not 100",
                "a larger one             | pool.wait = 3000000000        | -",
                "a list                   | ports = 1, 2,3                | -",
                "a list with a word       | ports = 1, two                | :2: error: ports must be a number (Integer), not \"two\"",
                "yes for true             | on = yes                      | :2: error: on must be true or false, not \"yes\"",
                "a mistyped key           | pool.sise = 7                 | :2: error: unknown key pool.sise; is pool.size meant?",
                "a key of nobody          | something.else = 7            | :2: error: unknown key something.else",
                "no key                   | just words                    | :2: error: this is no key = value",
                "a secret of the store    | pool.size = $[secret:seven]   | -",
                "a secret that is missing | pool.size = $[secret:eight]   | :2: error: pool.size: there is no readable file eight in SECRETS",
                "out of the store         | pool.size = $[secret:../x]    | :2: error: pool.size: there is no readable file ../x in SECRETS",
                "of nobody, no default    | pool.size = $[env:NOBODY]     | :2: error: pool.size: the environment has no NOBODY",
                "of nobody, a default     | pool.size = $[env:NOBODY;default=] | -"
            })
    void findsWhatIsWrongInAFile(String remark, String line, String problem) throws IOException {
        Files.writeString(secrets.resolve("seven"), "7\n");
        Files.writeString(config.resolve(STORE + ".cfg"), "# a comment\n" + line + "\n");

        List<String> found = check(Map.of("SEVEN", "7"));

        assertThat(found)
                .as(remark)
                .isEqualTo(
                        problem == null
                                ? List.of()
                                : List.of(config.resolve(STORE + ".cfg")
                                        + problem.replace("SECRETS", secrets.toString())));
    }

    @Test
    void findsAKeyThatStandsTwiceAndAFileThatNothingReads() throws IOException {
        Files.writeString(config.resolve(STORE + ".cfg"), "pool.size = 3\npool.wait = 1\npool.size = 2\n");
        Files.writeString(config.resolve("org.platformforge.kernel.stor.cfg"), "a = b\n");
        Files.writeString(config.resolve("org.ops4j.pax.logging.cfg"), "of.the.framework = b\n");

        assertThat(check(Map.of()))
                .containsExactly(
                        config.resolve("org.platformforge.kernel.stor.cfg")
                                + ": warning: no bundle of this distribution reads it",
                        config.resolve(STORE + ".cfg") + ":3: error: pool.size stands in line 1, too");
    }

    @Test
    void holdsTheValuesOfKeysThatOperatorsNameToTheirForm() throws IOException {
        Path jar = folder.resolve("system/org/platformforge/limits.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            metatype(out, SECURITY + ".ratelimit", "<AD id=\"premium.tenants\" type=\"String\"/>");
        }
        Path file = config.resolve(SECURITY + ".ratelimit.cfg");
        Files.writeString(file, """
                policy.admin = 100/1h per tenant
                policy.mine = 5/10s per caller when key
                policy.none = unlimited
                dialect.paas = mine, admin
                policy.auth = 20 per minute
                policy.user = 10/1m per caller when asleep
                dialect.infrastructure = "mine"
                """);

        String form = " must be such as 100/1m per caller when standard, or unlimited, not ";
        assertThat(check(Map.of()))
                .containsExactly(
                        file + ":5: error: policy.auth" + form + "\"20 per minute\"",
                        file + ":6: error: policy.user" + form + "\"10/1m per caller when asleep\"",
                        file
                                + ":7: error: dialect.infrastructure must be such as paas-address,paas-user, not \"\"mine\"\"");
    }

    @Test
    void takesKeysWhoseNamesOperatorsChoose() throws IOException {
        Files.writeString(config.resolve(SECURITY + ".cfg"), "role.builder = deployment:*\nrole. = x\n");

        assertThat(check(Map.of())).containsExactly(config.resolve(SECURITY + ".cfg") + ":2: error: unknown key role.");
    }

    @Test
    void findsUnknownSettingsAndSecretsInTheOpen() throws IOException {
        Path file = config.resolve("forge.env");
        Files.writeString(
                file, "# right\nFORGE_HTTP_PORT=1\nFORGE_HTTP_PROT=1\nFORGE_DATABASE_PASSWORD=hidden words\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        Path store = config.resolve(STORE + ".cfg");
        Files.writeString(store, "password = hidden words\n");
        Files.setPosixFilePermissions(store, PosixFilePermissions.fromString("rw-r--r--"));

        assertThat(check(Map.of()))
                .containsExactly(
                        store + ":1: warning: password is a secret in a file that others can read: chmod 600, or"
                                + " $[secret:…]",
                        file + ":3: error: unknown setting FORGE_HTTP_PROT",
                        file + ":4: warning: FORGE_DATABASE_PASSWORD is a secret in a file that others can read: chmod"
                                + " 600");
    }

    @ParameterizedTest
    @CsvSource({
        "password1234, guessed",
        "Postgres2024!, guessed",
        "short, fewer than 12",
        "aaaaaaaaaaaaaaa, guessed",
        "the-forge-user, the user's name",
        "correct horse battery, ''"
    })
    void tellsWeakPasswords(String password, String problem) {
        List<String> problems = SecretRules.password(password, "the-forge-user");

        assertThat(String.join(" ", problems)).contains(problem).doesNotContain(password);
        assertThat(problems.isEmpty()).isEqualTo(problem.isEmpty());
    }

    @Test
    void tellsWeakKeys() throws IOException {
        String zero = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
        Files.writeString(config.resolve(SECURITY + ".cfg"), "secret.key = $[env:FORGE_SECRET_KEY;default=]\n");

        assertThat(SecretRules.key("q0Yx3nE4pT6uJ1vK8sW2zR5oL7mB9cD0eF1gH2iN3jA="))
                .isEmpty();
        assertThat(SecretRules.key("AAAA").get(0)).contains("3 bytes instead of 32");
        assertThat(SecretRules.key("hidden words")).containsExactly("is no base64");
        assertThat(check(Map.of("FORGE_SECRET_KEY", zero)))
                .singleElement()
                .asString()
                .contains(":1: error: secret.key is not random")
                .doesNotContain(zero);
    }

    @Test
    void saysThatADatabaseIsOfNoKnownKind() throws IOException {
        Files.writeString(config.resolve(STORE + ".cfg"), "url = jdbc:mysql://host/db\n");

        assertThat(check(Map.of())).singleElement().asString().contains(":1: error: the database is neither");
    }

    @Test
    void comparesTheFilesWithTheComponents() throws IOException {
        Files.writeString(config.resolve(STORE + ".cfg"), """
                # The store.

                # Where it is.
                url =
                user =
                password = $[env:P;default=]

                # Connections.
                pool.size = 24
                # Milliseconds | of waiting.
                pool.wait = 5
                ports =
                more = 1
                """);
        ConfigReference reference = new ConfigReference(
                Keys.of(folder.resolve("system")), List.of(ConfigFile.read(config.resolve(STORE + ".cfg"))));

        assertThat(reference.missing())
                .containsExactly(
                        "config/" + SECURITY + ".cfg is missing",
                        "config/" + STORE + ".cfg does not show on",
                        "config/" + STORE + ".cfg shows more, which nothing reads");
    }

    @Test
    void writesWhatTheFilesSay() throws IOException {
        Files.writeString(config.resolve(SECURITY + ".cfg"), "# Security.\n\n# The key | of all.\nsecret.key = a\n");
        Files.writeString(
                config.resolve(STORE + ".cfg"),
                "# The store.\n\n# Where it is.\nurl =\nuser =\n# Not more.\npool.size = 24\n");
        ConfigReference reference = new ConfigReference(
                Keys.of(folder.resolve("system")),
                List.of(
                        ConfigFile.read(config.resolve(STORE + ".cfg")),
                        ConfigFile.read(config.resolve(SECURITY + ".cfg"))));

        assertThat(reference.text("#FORGE_X=1"))
                .contains("## org.platformforge.kernel.store\n\nThe store.\n")
                .contains("| `url` | text |  | Where it is. |\n| `user` | text |  | Where it is. |\n")
                .contains("| `pool.size` | whole number | `24` | Not more. |\n")
                .contains("| `secret.key` | secret | `a` | The key \\| of all. |\n")
                .contains("#FORGE_X=1");
    }

    private List<String> check(Map<String, String> environment) throws IOException {
        Values values = new Values(environment, Map.of(), secrets);
        return new ConfigCheck(folder, config, values)
                .problems().stream().map(Problem::toString).toList();
    }
}
