package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Feature sets brought to another version and back under load; a version that does not work changes nothing. */
@Order(8)
@Tag(Tags.ANY_DATABASE)
class SetUpgradeTest {
    private static final Path SLIM = Path.of(System.getProperty("forge.slim"));
    private static final Path INSTANCE = Path.of(System.getProperty("forge.instance"));
    private static final Path DISTRIBUTION = Path.of(System.getProperty("forge.distribution"));
    private static final String SETS = "/api/v1/admin/feature-sets";
    private static final String ADMIN = "forge-admin";
    private static final String DELIVERY = "forge-delivery";
    private static final String LATER = "7.0.0";
    private static final String BROKEN = "8.0.0";
    /** Of the last module of its set, so that the others are changed before it. */
    private static final String BREAKS = "org.platformforge.infrastructure";

    private static final Pattern VERSION = Pattern.compile("repository/org/platformforge/features/([^/]+)/.*");
    private static final Duration RESTORED_WITHIN = Duration.ofSeconds(120);

    @TempDir
    private Path folder;

    private Platform platform;
    private Account operator;

    @Test
    void goesToAnotherVersionAndBackWithoutAFailedRequest() throws Exception {
        try (Platform own = new Platform(DISTRIBUTION, INSTANCE.resolveSibling("set-upgrade"))) {
            platform = own;
            platform.start();
            operator = Account.login(platform, Platform.OPERATOR_EMAIL, Platform.OPERATOR_PASSWORD);
            Account account = Account.register(platform);
            String shipped = set(DELIVERY).path("version").asText();
            Map<String, String> before = modules();

            forge("features", "add", archive(ADMIN, LATER, "").toString());
            forge("features", "add", archive(DELIVERY, LATER, "").toString());
            isInVersion(ADMIN, shipped, LATER);
            refusesWhatMakesNoSense(account);
            // a change by the features service, which would take the newest of everything it knows
            forge("features", "uninstall", "forge-marketplace");
            forge("features", "install", "forge-marketplace");
            assertThat(modules()).isEqualTo(before);

            List<Clients> clients = List.of(
                    new Clients(2, 20, 200, () -> platform.http().get("/api/v1/auth/me", account.bearer())),
                    new Clients(2, 20, 200, () -> platform.http().get("/api/v1/services", account.bearer())),
                    new Clients(1, 20, 200, () -> platform.http().get("/api/v1/admin/users", operator.bearer())));
            try {
                planChangesNothing(before);
                assertThat(forge("features", "upgrade", DELIVERY)).contains(DELIVERY + " to " + LATER);
                assertThat(upgrade(ADMIN, null).json().path("refreshed")).isEmpty();
                isInVersion(DELIVERY, LATER, null);
                isInVersion(ADMIN, LATER, null);
                Map<String, String> later = modules();
                assertThat(later.keySet()).isEqualTo(before.keySet());
                assertThat(later.get(BREAKS)).isEqualTo(LATER);
                assertThat(later.get("org.platformforge.delivery")).isEqualTo(LATER);
                assertThat(later.get("org.platformforge.admin")).isEqualTo(LATER);

                brokenVersionChangesNothing(later);

                assertThat(upgrade(DELIVERY, shipped).status()).isEqualTo(200);
                isInVersion(DELIVERY, shipped, BROKEN);
                assertThat(modules().get(BREAKS)).isEqualTo(before.get(BREAKS));
            } finally {
                clients.forEach(Clients::close);
            }
            assertThat(clients).allSatisfy(group -> {
                assertThat(group.failures()).isEmpty();
                assertThat(group.successes()).isPositive();
            });
            Map<String, String> expected = modules();
            isTakenBackWhenItWasKilled(expected, shipped);
            staysOverACleanStart(expected);
            uninstallForgetsTheVersion(shipped);
        }
    }

    private void refusesWhatMakesNoSense(Account account) {
        assertThat(change(account, ADMIN, "upgrade", null).status()).isEqualTo(403);
        assertThat(change(operator, "forge-none", "upgrade", null).status()).isEqualTo(404);
        assertThat(change(operator, ADMIN, "upgrade", "6.6.6").status()).isEqualTo(400);
        assertThat(change(operator, ADMIN, "install", LATER).status()).isEqualTo(400);
    }

    private void planChangesNothing(Map<String, String> before) {
        String plan = forge("features", "plan", "--upgrade", DELIVERY);
        assertThat(plan).contains("Would upgrade " + DELIVERY, BREAKS + " " + before.get(BREAKS) + " -> " + LATER);
        assertThat(modules()).isEqualTo(before);
    }

    private void brokenVersionChangesNothing(Map<String, String> later) throws IOException {
        forge("features", "add", archive(DELIVERY, BROKEN, BREAKS).toString());
        Answer refused = upgrade(DELIVERY, null);
        assertThat(refused.status()).as(refused.toString()).isEqualTo(409);
        assertThat(refused.text()).contains(BREAKS, "org.example.nowhere");
        assertThat(modules()).isEqualTo(later);
        isInVersion(DELIVERY, LATER, BROKEN);
    }

    private void isTakenBackWhenItWasKilled(Map<String, String> expected, String shipped) {
        Thread upgrade = new Thread(() -> {
            try {
                upgrade(DELIVERY, LATER);
            } catch (RuntimeException e) {
                // it was killed meanwhile
            }
        });
        upgrade.start();
        long before = inVersion(LATER);
        await().atMost(RESTORED_WITHIN).pollInterval(Duration.ofMillis(5)).until(() -> inVersion(LATER) > before + 1);
        platform.killNine();
        platform.start();

        await().atMost(RESTORED_WITHIN)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(modules()).isEqualTo(expected));
        isInVersion(DELIVERY, shipped, BROKEN);
        assertThat(platform.data()).isDirectoryNotContaining("glob:**/set-upgrade-*");
    }

    /** Modules, whatever their state. */
    private long inVersion(String version) {
        return platform
                .http()
                .get("/api/v1/modules", operator.bearer())
                .json()
                .path("modules")
                .findValuesAsText("version")
                .stream()
                .filter(version::equals)
                .count();
    }

    private void staysOverACleanStart(Map<String, String> expected) {
        platform.stop();
        forge("start", "--clean");
        await().atMost(RESTORED_WITHIN)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(modules()).isEqualTo(expected));
        isInVersion(ADMIN, LATER, null);
    }

    private void uninstallForgetsTheVersion(String shipped) {
        forge("features", "uninstall", ADMIN);
        isInVersion(ADMIN, shipped, LATER);
        forge("features", "install", ADMIN);
        isInVersion(ADMIN, shipped, LATER);
    }

    private void isInVersion(String set, String version, String newest) {
        JsonNode found = set(set);
        assertThat(found.path("version").asText()).isEqualTo(version);
        assertThat(found.path("newest_version").asText(null)).isEqualTo(newest);
    }

    private JsonNode set(String name) {
        for (JsonNode set : platform.http().get(SETS, operator.bearer()).json().path("feature_sets")) {
            if (set.path("name").asText().equals(name)) {
                return set;
            }
        }
        throw new AssertionError("There is no " + name);
    }

    /** The versions that serve. */
    private Map<String, String> modules() {
        Map<String, String> versions = new TreeMap<>();
        for (JsonNode module :
                platform.http().get("/api/v1/modules", operator.bearer()).json().path("modules")) {
            assertThat(module.path("state").asText()).as(module.toString()).isEqualTo("serving");
            assertThat(versions.put(
                            module.path("name").asText(), module.path("version").asText()))
                    .isNull();
        }
        return versions;
    }

    private Answer upgrade(String set, String version) {
        return change(operator, set, "upgrade", version);
    }

    private Answer change(Account who, String set, String action, String version) {
        String which = version == null ? "" : ", \"version\": \"" + version + "\"";
        return platform.http()
                .post(
                        SETS,
                        "{\"feature_set\": \"" + set + "\", \"action\": \"" + action + "\"" + which + "}",
                        who.bearer());
    }

    private String forge(String... arguments) {
        Platform.Output output = platform.forge(arguments);
        assertThat(output.exitCode()).as(output.text()).isZero();
        return output.text();
    }

    /** The shipped archive under another version. @param broken a module that cannot be resolved in it; empty for none */
    private Path archive(String set, String version, String broken) throws IOException {
        Path copy = folder.resolve(set + "-" + version + ".kar");
        try (ZipFile shipped = new ZipFile(shipped(set).toFile());
                ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(copy))) {
            String from = shipped.stream()
                    .map(entry -> VERSION.matcher(entry.getName()))
                    .filter(Matcher::matches)
                    .map(matcher -> matcher.group(1))
                    .findFirst()
                    .orElseThrow();
            for (ZipEntry entry :
                    shipped.stream().filter(one -> !one.isDirectory()).toList()) {
                boolean own = entry.getName().startsWith("repository/org/platformforge/");
                try (InputStream in = shipped.getInputStream(entry)) {
                    out.putNextEntry(new ZipEntry(own ? entry.getName().replace(from, version) : entry.getName()));
                    if (own && entry.getName().endsWith(".jar")) {
                        jar(
                                in,
                                out,
                                version,
                                !broken.isEmpty() && entry.getName().contains("/" + broken + "/"));
                    } else if (own && entry.getName().endsWith(".xml")) {
                        String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                        out.write(text.replace(from, version).getBytes(StandardCharsets.UTF_8));
                    } else {
                        in.transferTo(out);
                    }
                }
            }
        }
        return copy;
    }

    private static void jar(InputStream in, OutputStream out, String version, boolean broken) throws IOException {
        JarInputStream shipped = new JarInputStream(in);
        Manifest manifest = shipped.getManifest();
        manifest.getMainAttributes().putValue("Bundle-Version", version);
        if (broken) {
            String imports = manifest.getMainAttributes().getValue("Import-Package");
            manifest.getMainAttributes().putValue("Import-Package", imports + ",org.example.nowhere");
        }
        JarOutputStream later = new JarOutputStream(out, manifest);
        for (ZipEntry entry = shipped.getNextEntry(); entry != null; entry = shipped.getNextEntry()) {
            later.putNextEntry(new ZipEntry(entry.getName()));
            shipped.transferTo(later);
        }
        later.finish();
    }

    private static Path shipped(String set) throws IOException {
        try (Stream<Path> files = Files.list(SLIM)) {
            return files.filter(file -> file.getFileName().toString().endsWith(set + ".kar"))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
