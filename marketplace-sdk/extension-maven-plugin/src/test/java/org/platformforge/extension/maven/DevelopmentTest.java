package org.platformforge.extension.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.platformforge.extension.verifier.Code;
import org.platformforge.extension.verifier.ExtensionVerifier;
import org.platformforge.extension.verifier.Finding;
import org.platformforge.extension.verifier.Verification;

/** What {@code forge:run} is made of, without a platform. */
class DevelopmentTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    private Path classes;

    @BeforeEach
    void build() throws IOException {
        classes = folder.resolve("classes");
        Files.createDirectories(classes.resolve("META-INF"));
        Files.write(classes.resolve("META-INF/MANIFEST.MF"), Extensions.manifest("acme.notes", "1.2.3", ""));
        Files.writeString(classes.resolve("META-INF/extension.yaml"), Extensions.YAML);
    }

    private Verification packed(String version) throws IOException {
        return new ExtensionVerifier().verify(new DevelopmentCopy(classes, folder.resolve("libraries")).pack(version));
    }

    @Test
    void packsTheFoldersUnderAnotherVersionThatPassesTheChecks() throws Exception {
        Verification copy = packed("1.2.9");

        assertThat(copy.errors()).isEmpty();
        assertThat(copy.manifest().orElseThrow().version()).isEqualTo("1.2.9");
        assertThat(packed("1.2.9").sha256()).isEqualTo(copy.sha256());

        Path library = Files.write(
                folder.resolve("words.jar"),
                Archives.zip(Extensions.compiled("org.words.Word", "package org.words; public class Word {}")));
        new Libraries(folder.resolve("libraries"), new org.apache.maven.plugin.logging.SystemStreamLog())
                .write(List.of(new Libraries.Library(library.toFile(), "org.words", "words", "1")));
        assertThat(packed("1.3.0").errors()).isEmpty();
        assertThat(packed("1.3.0").manifest().orElseThrow().version()).isEqualTo("1.3.0");
    }

    @Test
    void leavesAVersionThatStandsElsewhereToTheChecks() throws Exception {
        Files.writeString(
                classes.resolve("META-INF/extension.yaml"),
                "{id: acme.notes, name: Notes, version: 1.2.3, description: Notes, category: other,"
                        + " license: Apache-2.0, requires: {api: '[1.0,2)'}}");

        assertThat(packed("1.2.4").errors()).extracting(Finding::code).containsExactly(Code.BUNDLE_VERSION);
    }

    @Test
    void saysWhatIsWrongWithTheManifest() throws Exception {
        DevelopmentCopy copy = new DevelopmentCopy(classes, folder.resolve("libraries"));
        Files.writeString(classes.resolve("META-INF/extension.yaml"), "id: 7\n");
        assertThatThrownBy(copy::manifest).isInstanceOf(IOException.class).hasMessageContaining("id");
        Files.delete(classes.resolve("META-INF/extension.yaml"));
        assertThatThrownBy(copy::manifest).isInstanceOf(IOException.class).hasMessageContaining("There is no");
    }

    @ParameterizedTest
    @CsvSource({
        "1.0.0, '', 1.0.0",
        "1.0.0, 1.0.0, 1.0.1",
        "1.0.0, 1.0.9 1.0.10 1.0.2, 1.0.11",
        "1.1.0, 1.0.10, 1.1.0",
        "1.0.0, 2.3.4 1.9.9, 2.3.5"
    })
    void numbersCopiesUpwards(String own, String there, String next) {
        assertThat(DevelopmentCopy.next(own, there.isEmpty() ? List.of() : List.of(there.split(" "))))
                .isEqualTo(next);
    }

    @Test
    void seesFilesThatAreNewChangedAndGone() throws Exception {
        Path source = classes.resolve("A.java");
        SourceWatch watch = new SourceWatch(List.of(classes, folder.resolve("not-there")));

        Files.writeString(source, "class A {}");
        assertTimeoutPreemptively(SOON, watch::await);
        Files.writeString(source, "class A { }");
        assertTimeoutPreemptively(SOON, watch::await);
        Files.delete(source);
        assertTimeoutPreemptively(SOON, watch::await);
    }

    @Test
    void takesOnlyADistributionForOne() throws Exception {
        assertThatThrownBy(() -> Distribution.at(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no bin/forge");

        Path forge = folder.resolve("platform/bin/forge");
        Files.createDirectories(forge.getParent());
        Files.writeString(forge, "#!/bin/sh\necho 'port 1 is in use' >&2\nexit 1\n");
        forge.toFile().setExecutable(true);
        LocalPlatform refusing =
                new LocalPlatform(Distribution.at(folder.resolve("platform")), folder.resolve("target/data"), 1);
        assertThatThrownBy(refusing::start).isInstanceOf(IOException.class).hasMessage("port 1 is in use");
    }

    @Test
    void keepsSecretsFromOthers() throws Exception {
        Path file = folder.resolve("token");
        Files.writeString(file, "old");
        Developer.secret(file, "new");

        assertThat(file).hasContent("new");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(Map.of("token", new Developer(null, "secret", null)).toString())
                .doesNotContain("secret");
    }
}
