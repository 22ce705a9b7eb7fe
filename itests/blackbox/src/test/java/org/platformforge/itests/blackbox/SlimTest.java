package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The distribution without feature sets runs by itself, and takes every set as an archive. */
@Order(8)
@Tag(Tags.ANY_DATABASE)
class SlimTest {
    private static final Path SLIM = Path.of(System.getProperty("forge.slim"));
    private static final Path INSTANCE = Path.of(System.getProperty("forge.instance"));
    private static final Duration RESTORED_WITHIN = Duration.ofSeconds(120);
    private static final Map<String, String> ROUTES = Map.of(
            "forge-admin", "/api/v1/admin/users",
            "forge-marketplace", "/api/v1/marketplace/extensions",
            "forge-delivery", "/api/v1/services");

    @Test
    void runsByItselfAndTakesSetsAsArchivesThatStay() throws IOException {
        try (Platform platform = new Platform(distribution(), INSTANCE.resolveSibling("slim-instance"))) {
            platform.start();
            Account operator = Account.login(platform, Platform.OPERATOR_EMAIL, Platform.OPERATOR_PASSWORD);
            assertThat(platform.http()
                            .get("/api/v1/modules", operator.bearer())
                            .json()
                            .path("modules"))
                    .isNotEmpty()
                    .allSatisfy(
                            module -> assertThat(module.path("state").asText()).isEqualTo("serving"));
            assertThat(sets(platform, operator)).isEmpty();
            assertThat(Account.register(platform)).isNotNull();
            refusesWhatIsNoArchiveOfSets(platform);

            for (String set : ROUTES.keySet()) {
                assertThat(platform.http()
                                .get(ROUTES.get(set), operator.bearer())
                                .status())
                        .as(set)
                        .isEqualTo(404);
                Platform.Output added =
                        platform.forge("features", "add", archive(set).toString());
                assertThat(added.exitCode()).as(added.text()).isZero();
                Platform.Output installed = platform.forge("features", "install", set);
                assertThat(installed.exitCode()).as(installed.text()).isZero();
                assertThat(installed.text()).doesNotContain("wired anew");
                assertThat(platform.http()
                                .get(ROUTES.get(set), operator.bearer())
                                .status())
                        .as(set)
                        .isEqualTo(200);
            }

            platform.stop();
            assertThat(platform.forge("start", "--clean").exitCode()).isZero();
            await().atMost(RESTORED_WITHIN)
                    .until(() -> ROUTES.values().stream()
                            .allMatch(route -> platform.http()
                                            .get(route, operator.bearer())
                                            .status()
                                    == 200));
            assertThat(sets(platform, operator)).hasSize(ROUTES.size());
        }
    }

    private static void refusesWhatIsNoArchiveOfSets(Platform platform) throws IOException {
        Path file = Files.writeString(INSTANCE.resolveSibling("no.kar"), "no archive");

        Platform.Output text = platform.forge("features", "add", file.toString());
        Platform.Output missing = platform.forge("features", "add", file + ".none");

        assertThat(text.exitCode()).isNotZero();
        assertThat(text.text()).contains("is no Karaf archive");
        assertThat(missing.exitCode()).isNotZero();
        assertThat(missing.text()).contains("There is no file");
    }

    private static List<String> sets(Platform platform, Account operator) {
        return platform.http()
                .get("/api/v1/admin/feature-sets", operator.bearer())
                .json()
                .path("feature_sets")
                .findValuesAsText("name");
    }

    private static Path distribution() throws IOException {
        return only(file -> Files.isDirectory(file));
    }

    private static Path archive(String set) throws IOException {
        return only(file -> file.getFileName().toString().endsWith(set + ".kar"));
    }

    private static Path only(java.util.function.Predicate<Path> wanted) throws IOException {
        try (Stream<Path> files = Files.list(SLIM)) {
            return files.filter(wanted).findFirst().orElseThrow();
        }
    }
}
