package org.platformforge.extension.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugin.logging.SystemStreamLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.platformforge.extension.verifier.Code;
import org.platformforge.extension.verifier.ExtensionVerifier;
import org.platformforge.extension.verifier.Finding;
import org.platformforge.extension.verifier.Verification;

/** Private libraries, from JARs of all kinds to an archive the platform takes or refuses. */
class LibrariesTest {
    private static final String GREETER = "package org.words; public class Greeter { public String hello() "
            + "{ return org.words.inner.Text.of(java.util.List.of(\"Hello\")); } }";
    private static final String TEXT = "package org.words.inner; public class Text { public static String of"
            + "(java.util.List<String> words) { return String.join(\" \", words); } }";

    @TempDir
    private Path folder;

    private Libraries.Library library(String artifactId, byte[] content) throws IOException {
        Path file = Files.write(folder.resolve(artifactId + ".jar"), content);
        return new Libraries.Library(file.toFile(), "org.words", artifactId, "1.2-SNAPSHOT");
    }

    private List<Path> write(Libraries.Library... libraries) throws IOException, MojoFailureException {
        Path target = folder.resolve("libraries");
        new Libraries(target, new SystemStreamLog()).write(List.of(libraries));
        return Libraries.in(target);
    }

    private Verification packed() throws Exception {
        Path jar = Files.write(folder.resolve("acme.notes-1.2.3.jar"), Extensions.jar("1.2.3"));
        new PackageMojo(jar, folder.resolve("libraries")).execute();
        new CheckMojo(jar).verified();
        return new ExtensionVerifier().verify(PackageMojo.archiveOf(jar));
    }

    @Test
    void makesABundleOfAPlainJarThatThePlatformTakes() throws Exception {
        Map<String, byte[]> plain = Extensions.compiled("org.words.Greeter", GREETER, "org.words.inner.Text", TEXT);
        plain.put("META-INF/WORDS.SF", new byte[1]);
        plain.put("META-INF/versions/21/org/words/Greeter.class", new byte[1]);

        List<Path> bundles = write(library("words", Archives.zip(plain)));

        assertThat(bundles).extracting(Path::getFileName).hasToString("[org.words.words-1.2-SNAPSHOT.jar]");
        try (JarFile jar = new JarFile(bundles.get(0).toFile())) {
            Attributes manifest = jar.getManifest().getMainAttributes();
            assertThat(manifest.getValue("Bundle-SymbolicName")).isEqualTo("org.words.words");
            assertThat(manifest.getValue("Export-Package"))
                    .contains("org.words;version=\"1.2.0.SNAPSHOT\"", "org.words.inner;version=\"1.2.0.SNAPSHOT\"");
            assertThat(manifest.getValue("Import-Package")).contains("java.util");
            assertThat(jar.getEntry("META-INF/WORDS.SF")).isNull();
            assertThat(jar.getEntry("META-INF/versions/21/org/words/Greeter.class"))
                    .isNull();
        }
        Verification verification = packed();
        assertThat(verification.errors()).isEmpty();
        assertThat(verification.accepted()).isTrue();

        byte[] first = Files.readAllBytes(bundles.get(0));
        assertThat(Files.readAllBytes(
                        write(library("words", Archives.zip(plain))).get(0)))
                .as("the same library is the same bundle")
                .isEqualTo(first);
    }

    @Test
    void takesABundleAsItIsAndForgetsOldOnes() throws Exception {
        Map<String, byte[]> bundle = Extensions.compiled("org.words.inner.Text", TEXT);
        bundle.put(
                "META-INF/MANIFEST.MF",
                Extensions.manifest("org.words.text", "2.0.0", "Export-Package: org.words.inner\n"));
        write(library("plain", Archives.zip(Extensions.compiled("org.words.inner.Text", TEXT))));

        assertThat(write(library("text", Archives.zip(bundle))))
                .extracting(Path::getFileName)
                .hasToString("[org.words.text-1.2-SNAPSHOT.jar]");

        Path jar = Files.write(folder.resolve("acme.notes-1.2.3.jar"), Extensions.jar("1.2.3"));
        new PackageMojo(jar, folder.resolve("libraries")).execute();
        assertThat(PackageMojo.archiveOf(jar)).exists();
        write();
        new PackageMojo(jar, folder.resolve("libraries")).execute();
        assertThat(PackageMojo.archiveOf(jar))
                .as("what had libraries and has none is a JAR again")
                .doesNotExist();
    }

    @Test
    void leavesOutWhatThePlatformHasAndWhatHoldsNoClass() throws Exception {
        byte[] platforms = Archives.zip(Extensions.compiled(
                "com.fasterxml.jackson.core.Own", "package com.fasterxml.jackson.core; public class Own {}"));

        assertThat(write(library("jackson", platforms), library("empty", Archives.zip(Map.of("a.txt", new byte[1])))))
                .isEmpty();
    }

    @Test
    void refusesTwoLibrariesThatAreOneBundle() throws Exception {
        Map<String, byte[]> bundle = Extensions.compiled("org.words.inner.Text", TEXT);
        bundle.put("META-INF/MANIFEST.MF", Extensions.manifest("org.words.text", "2.0.0", ""));
        byte[] content = Archives.zip(bundle);

        assertThatThrownBy(() -> write(library("a", content), library("b", content)))
                .isInstanceOf(MojoFailureException.class)
                .hasMessageContaining("org.words:a:1.2-SNAPSHOT")
                .hasMessageContaining("org.words:b:1.2-SNAPSHOT");
    }

    @Test
    void saysThatThePlatformRefusesNativeCodeAndLibrariesThatClash() throws Exception {
        Map<String, byte[]> natives = Extensions.compiled("org.words.inner.Text", TEXT);
        byte[] elf = new byte[64];
        System.arraycopy(new byte[] {0x7f, 'E', 'L', 'F'}, 0, elf, 0, 4);
        natives.put("org/words/libwords.so", elf);
        write(
                library("natives", Archives.zip(natives)),
                library("twin", Archives.zip(Extensions.compiled("org.words.inner.Text", TEXT))));
        Path jar = Files.write(folder.resolve("acme.notes-1.2.3.jar"), Extensions.jar("1.2.3"));
        new PackageMojo(jar, folder.resolve("libraries")).execute();

        assertThatThrownBy(() -> new CheckMojo(jar).execute()).isInstanceOf(MojoFailureException.class);
        assertThat(new ExtensionVerifier().verify(PackageMojo.archiveOf(jar)).errors())
                .extracting(Finding::code)
                .contains(Code.NATIVE_CODE, Code.EXPORT_CLASH);
    }

    @Test
    void saysWhyALibraryCannotBeABundle() throws Exception {
        byte[] unnamed = Archives.zip(Extensions.compiled("Unnamed", "public class Unnamed {}"));

        assertThatThrownBy(() -> write(library("unnamed", unnamed)))
                .isInstanceOf(MojoFailureException.class)
                .hasMessageContaining("org.words:unnamed:1.2-SNAPSHOT cannot be made a bundle");
    }
}
