package org.platformforge.itests.guide;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the guide does not show of the archetype: other names than the usual, and what it refuses. */
class ArchetypeTest {
    private static final String GENERATE = "mvn -B -q org.apache.maven.plugins:maven-archetype-plugin:3.4.1:generate"
            + " -DarchetypeCatalog=local -DarchetypeGroupId=org.platformforge -DarchetypeArtifactId=extension-archetype"
            + " -DarchetypeVersion=" + System.getProperty("guide.version");

    private Newcomer newcomer;
    private Terminal terminal;

    @BeforeEach
    void takeTheSdk() throws IOException {
        newcomer = new Newcomer("archetype");
        terminal = new Terminal(newcomer, "terminal", newcomer.work());
        terminal.run("tar -xzf *.tar.gz --wildcards --strip-components=1 '*/sdk/*'\n"
                + "cp -R sdk/repository/. ~/.m2/repository/");
    }

    @AfterEach
    void close() {
        terminal.close();
    }

    @Test
    void namesEverythingAfterItsPropertiesAndSaysWhatCannotBe() throws IOException {
        terminal.run(GENERATE + " -DgroupId=io.example.x -DartifactId=big-shop.new-2-you -Dversion=0.10.2"
                + " -Dpackage=io.example.shop_1 -Dlicense=MIT\n"
                + "cd big-shop.new-2-you\n"
                + "mvn verify");

        terminal.expect(List.of(
                "[INFO] Tests run: 2, Failures: 0, Errors: 0, Skipped: 0",
                "[INFO] big-shop.new-2-you 0.10.2 passes every check of the platform"));
        Path sources = newcomer.work().resolve("big-shop.new-2-you/src/main");
        assertThat(sources.resolve("resources/META-INF/extension.yaml"))
                .content()
                .contains("license: MIT\n");
        assertThat(sources.resolve("java/io/example/shop_1/EntriesResource.java"))
                .content()
                .contains("\"listBigShopNew2YouEntries\"");

        terminal.run("cd ..\n! " + GENERATE + " -DgroupId='com acme' -DartifactId=Shop -Dversion=1.0-SNAPSHOT"
                + " -Dpackage=javax.shop -Dlicense='MIT: x'");
        assertThat(terminal.printed())
                .contains(
                        "groupId is 'com acme'", "artifactId is 'Shop', but must be the extension's id, publisher.name")
                .contains("version is '1.0-SNAPSHOT', but must be three numbers", "license is 'MIT: x'")
                .contains("package is 'javax.shop', which belongs to Java or the platform");

        terminal.run("! " + GENERATE + " -DgroupId=com.acme -DartifactId=acme.new");
        assertThat(terminal.printed()).contains("'new' is a word of Java's own");

        terminal.run("! " + GENERATE + " -DartifactId=acme.shop");
        assertThat(terminal.printed()).contains("Property groupId is missing");
    }
}
