package org.platformforge.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeatureSetsTest {
    private static final String FEATURES = "org.apache.karaf.features.cfg";

    @TempDir
    Path templates;

    @TempDir
    Path data;

    @TempDir
    Path etc;

    @BeforeEach
    void distribution() throws IOException {
        Files.writeString(
                templates.resolve("feature-sets.properties"),
                "repositories = mvn:f/xml/forge-admin, mvn:f/xml/forge-delivery\nsets = forge-admin, forge-delivery\n");
        Files.writeString(
                etc.resolve(FEATURES),
                "featuresRepositories = mvn:f/xml/features@feature.repositories@\nfeaturesBoot = forge-core@feature.sets@\n");
    }

    private Properties apply() throws IOException {
        FeatureSets.apply(templates, data, etc);
        Properties result = new Properties();
        try (var in = Files.newInputStream(etc.resolve(FEATURES))) {
            result.load(in);
        }
        return result;
    }

    @Test
    void takesTheDistributionsSetsAndKeepsTheFilesTime() throws IOException {
        FileTime time = FileTime.fromMillis(1_000_000_000_000L);
        Files.setLastModifiedTime(etc.resolve(FEATURES), time);

        Properties result = apply();

        assertThat(result.getProperty("featuresBoot")).isEqualTo("forge-core, forge-admin, forge-delivery");
        assertThat(result.getProperty("featuresRepositories"))
                .isEqualTo("mvn:f/xml/features, mvn:f/xml/forge-admin, mvn:f/xml/forge-delivery");
        assertThat(Files.getLastModifiedTime(etc.resolve(FEATURES))).isEqualTo(time);
    }

    @Test
    void leavesOutWhatTheOperatorUninstalledAndWhatIsNotTheDistributions() throws IOException {
        Files.writeString(
                data.resolve("feature-sets.properties"),
                "sets = forge-billing, forge-delivery\nrepositories = mvn:b/xml/forge-billing\n");

        Properties result = apply();

        assertThat(result.getProperty("featuresBoot")).isEqualTo("forge-core, forge-delivery");
        assertThat(result.getProperty("featuresRepositories")).endsWith("forge-delivery, mvn:b/xml/forge-billing");
    }

    @Test
    void startsWithoutAnySetWhenTheOperatorUninstalledAll() throws IOException {
        Files.writeString(data.resolve("feature-sets.properties"), "sets =\n");

        assertThat(apply().getProperty("featuresBoot")).isEqualTo("forge-core");
    }
}
