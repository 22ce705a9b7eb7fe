package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A vendor's build, with its key in it, and a feature set that needs a licence: every way around the licence, licences that
 * count for nothing, one that does, and what is left when it has run out.
 */
@Order(8)
@Tag(Tags.ANY_DATABASE)
class LicenseTest {
    private static final Path DISTRIBUTION = Path.of(System.getProperty("forge.distribution"));
    private static final Path INSTANCE = Path.of(System.getProperty("forge.instance"));
    private static final String LICENSE = "/api/v1/admin/license";
    private static final String MODULE = "/api/v1/modules/org.platformforge.itests.contract";
    private static final String SETS = "/api/v1/admin/feature-sets";
    private static final String SET = "forge-billing";
    private static final String INSTALL = "{\"feature_set\": \"forge-billing\", \"action\": \"install\"}";
    private static final String ROUTE = "/api/v1/contract/executions/licensed";
    private static final String NEEDED = "forge-billing needs a licence";

    private static final Duration RESTORED_WITHIN = Duration.ofSeconds(120);

    @TempDir
    Path folder;

    private Platform platform;
    private Account operator;
    private Account customer;

    @Test
    void lowersItsWallForALicenceAndForNothingElse() throws Exception {
        Path vendor = folder.resolve("vendor");
        platform = new Platform(vendorsBuild(vendor), INSTANCE.resolveSibling("license"));
        try (Platform closed = platform) {
            platform.start();
            operator = Account.login(platform, Platform.OPERATOR_EMAIL, Platform.OPERATOR_PASSWORD);
            Path module = licensedModule();
            addSet(module);

            refusesEveryWayAroundTheLicence(module);
            namesWhatIsWrongWithALicence(vendor);
            runsTheSetUnderALicence(vendor);
            keepsItsDataReadableWhenTheLicenceHasRunOut();
            assertRecorded("module.remove", send("DELETE", MODULE, null));
            assertThat(read()).isEqualTo(404);
        }
    }

    private void addSet(Path module) throws IOException {
        Path kar = folder.resolve("billing.kar");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(kar))) {
            zip.putNextEntry(new ZipEntry("repository/com/example/sets/1.0/sets-1.0-forge-billing.xml"));
            zip.write("""
                    <features name="forge-billing" xmlns="http://karaf.apache.org/xmlns/features/v1.6.0">
                        <feature name="forge-billing" version="1.0.0" description="Bills">
                            <bundle start-level="80">mvn:com.example/billing/1.0</bundle>
                        </feature>
                    </features>
                    """.getBytes(StandardCharsets.UTF_8));
            zip.putNextEntry(new ZipEntry("repository/com/example/billing/1.0/billing-1.0.jar"));
            Files.copy(module, zip);
        }
        Platform.Output added = platform.forge("features", "add", kar.toString());
        assertThat(added.exitCode()).as(added.text()).isZero();
        assertThat(added.text()).contains(SET);
        assertThat(platform.shell("feature-set:list").text()).contains(SET, "unlicensed");
    }

    private void refusesEveryWayAroundTheLicence(Path module) throws IOException {
        Answer rest = platform.http().post(SETS, INSTALL, operator.bearer());
        assertThat(rest.status()).as(rest.toString()).isEqualTo(403);
        assertThat(rest.toString()).contains("LICENSE_REQUIRED", NEEDED);
        for (String[] way : List.of(
                new String[] {"features", "install", SET},
                new String[] {"shell", "--", "feature-set:install", SET},
                new String[] {"shell", "--", "feature:install", SET},
                new String[] {"shell", "--", "forge:module-install", module.toString()},
                new String[] {"shell", "--", "bundle:install", "-s", "file:" + module})) {
            Platform.Output output = platform.forge(way);
            assertThat(output.exitCode())
                    .as("%s: %s", String.join(" ", way), output.text())
                    .isNotZero();
            assertThat(output.text()).as(String.join(" ", way)).contains(SET);
            assertThat(platform.http().get(ROUTE, operator.bearer()).status()).isEqualTo(404);
        }
        Path forged = bundle(folder.resolve("forged.jar"), """
                Manifest-Version: 1.0
                Bundle-ManifestVersion: 2
                Bundle-SymbolicName: com.example.forged
                Provide-Capability: platform.license;feature="forge-billing"
                """);
        assertThat(platform.shell("bundle:install", "-s", "file:" + forged).exitCode())
                .isNotZero();
        assertThat(platform.shell("bundle:start", "org.platformforge.itests.contract")
                        .exitCode())
                .isNotZero();
        assertThat(platform.http().get(ROUTE, operator.bearer()).status()).isEqualTo(404);
        platform.shell("bundle:uninstall com.example.forged; bundle:uninstall org.platformforge.itests.contract");
    }

    private void namesWhatIsWrongWithALicence(Path vendor) throws IOException {
        Path stranger = folder.resolve("stranger");
        assertThat(platform.forge("license", "keygen", stranger.toString()).exitCode())
                .isZero();
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);

        assertRefused("LICENSE_CORRUPTED", "{\"license\": 1}");
        assertRefused("LICENSE_UNKNOWN_KEY", sign(stranger, 1, now, now.plus(90, ChronoUnit.DAYS)));
        assertRefused(
                "LICENSE_BAD_SIGNATURE",
                sign(vendor, 1, now, now.plus(90, ChronoUnit.DAYS)).replace("Acme", "Evil"));
        assertRefused(
                "LICENSE_EXPIRED", sign(vendor, 1, now.minus(90, ChronoUnit.DAYS), now.minus(60, ChronoUnit.DAYS)));
        assertRefused(
                "LICENSE_NOT_YET_VALID", sign(vendor, 1, now.plus(1, ChronoUnit.DAYS), now.plus(90, ChronoUnit.DAYS)));
        assertThat(license("state")).isEqualTo("community");
    }

    private void assertRefused(String code, String license) {
        for (String method : List.of("PUT " + LICENSE, "POST " + LICENSE + "/verify")) {
            String[] call = method.split(" ");
            String[] bearer = operator.bearer();
            Answer answer = platform.http()
                    .send(call[0], call[1], license, bearer[0], bearer[1], "Content-Type", "application/json");
            assertThat(answer.status()).as(answer.toString()).isEqualTo(422);
            assertThat(answer.toString()).contains(code);
        }
    }

    private void runsTheSetUnderALicence(Path vendor) throws IOException {
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        String license = sign(vendor, 5, now.minusSeconds(60), now.plus(90, ChronoUnit.DAYS));
        Path file = Files.writeString(folder.resolve("license.json"), license);
        Platform.Output installed = platform.forge("license", "install", file.toString());
        assertThat(installed.exitCode()).as(installed.text()).isZero();
        assertThat(license("state")).isEqualTo("valid");
        assertRefused("LICENSE_DOWNGRADED", sign(vendor, 4, now.minusSeconds(60), now.plus(90, ChronoUnit.DAYS)));
        String renewed = sign(vendor, 6, now.minusSeconds(60), now.plus(90, ChronoUnit.DAYS));
        assertRecorded("license.install", send("PUT", LICENSE, renewed));

        Answer set = platform.http().post(SETS, INSTALL, operator.bearer());
        assertThat(set.status()).as(set.toString()).isEqualTo(200);
        assertThat(set.json().path("refreshed")).isEmpty();
        assertThat(read()).isEqualTo(200);
        assertThat(change().status()).isEqualTo(201);
        assertThat(platform.shell("contract:change").exitCode()).isZero();
        await().atMost(RESTORED_WITHIN).until(() -> runs("changes") > 0);

        // limits hold at once: the operators' own tenant is not counted, the next is the only one
        customer = Account.register(platform);
        Answer second = platform.http().post("/api/v1/auth/register", """
                        {"email": "second@example.com", "password": "another battery", "name": "Second"}""");
        assertThat(second.status()).as(second.toString()).isEqualTo(403);
        assertThat(second.toString()).contains("LICENSE_LIMIT", "tenants");

        // over a restart with an emptied cache, too
        platform.stop();
        assertThat(platform.forge("start", "--clean").exitCode()).isZero();
        await().atMost(RESTORED_WITHIN).until(() -> read() == 200);
        assertThat(change().status()).isEqualTo(201);
    }

    private void keepsItsDataReadableWhenTheLicenceHasRunOut() throws IOException {
        platform.stop();
        Path seen = platform.data().resolve("license/seen");
        Files.writeString(seen, Instant.now().plus(400, ChronoUnit.DAYS) + " 5\n");
        platform.start();
        await().atMost(RESTORED_WITHIN).until(() -> read() == 200);

        assertThat(license("state")).isEqualTo("expired");
        assertThat(platform.shell("license:show").text()).contains("read only", "clock was set back");
        assertThat(read()).isEqualTo(200);
        Answer refused = change();
        assertThat(refused.status()).as(refused.toString()).isEqualTo(403);
        assertThat(refused.toString()).contains("LICENSE_READ_ONLY");
        Platform.Output command = platform.shell("contract:change");
        assertThat(command.exitCode()).as(command.text()).isNotZero();
        assertThat(command.text())
                .contains("forge-billing is read only since its licence ended")
                .doesNotContain("It has changed");
        Platform.Output reading = platform.shell("contract:look");
        assertThat(reading.exitCode()).as(reading.text()).isZero();
        assertThat(reading.text()).contains("It has looked");
        String log = platform.http()
                .get("/api/v1/admin/audit-logs/export", operator.bearer())
                .text();
        assertThat(log.lines().filter(line -> line.contains("\"contract.change\"")))
                .singleElement()
                .asString()
                .contains("\"refused\"", "LICENSE_READ_ONLY");
        // what it does by itself waits, except for what keeps data
        await().atMost(RESTORED_WITHIN).until(() -> runs("keeps") > 3);
        assertThat(runs("changes")).isZero();
        assertThat(platform.log())
                .content()
                .containsOnlyOnce("The recurring task contract.changing does not run: forge-billing");
        // what needs no licence is not concerned
        assertThat(customer.createKey(platform, "{\"name\": \"free\"}")).isNotNull();
    }

    private Answer send(String method, String path, String body) {
        String[] bearer = operator.bearer();
        return body == null
                ? platform.http().send(method, path, null, bearer)
                : platform.http().send(method, path, body, bearer[0], bearer[1], "Content-Type", "application/json");
    }

    private void assertRecorded(String action, Answer change) {
        assertThat(change.status()).as(change.toString()).isEqualTo(200);
        String log = platform.http()
                .get("/api/v1/admin/audit-logs/export", operator.bearer())
                .text();
        assertThat(log.lines().filter(line -> line.contains('"' + change.header("X-Request-Id") + '"')))
                .singleElement()
                .asString()
                .contains('"' + action + '"', "\"success\"");
    }

    private int read() {
        return platform.http().get(ROUTE, operator.bearer()).status();
    }

    private Answer change() {
        return platform.http().post(ROUTE, "{}", operator.bearer());
    }

    /** Of its recurring task, since the platform was started. */
    private int runs(String task) {
        Answer answer = platform.http().get("/api/v1/contract/executions/recurring-" + task, operator.bearer());
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        return answer.json().path("number").asInt();
    }

    private String license(String field) {
        return platform.http()
                .get(LICENSE, operator.bearer())
                .json()
                .path(field)
                .asText();
    }

    private String sign(Path key, int serial, Instant from, Instant to) throws IOException {
        Path terms = Files.writeString(folder.resolve("terms.json"), """
                {"serial": %d, "customer": "Acme GmbH", "issued_at": "%s", "not_before": "%s", "expires_at": "%s",
                 "grace_days": 10, "feature_sets": ["forge-billing"], "limits": {"tenants": 1}}""".formatted(serial, from, from, to));
        Platform.Output signed = platform.forge("license", "sign", key.toString(), terms.toString());
        assertThat(signed.exitCode()).as(signed.text()).isZero();
        return signed.text();
    }

    /** The distribution with this vendor's public key in its bundle of licences; files that stay the same are linked. */
    private Path vendorsBuild(Path vendor) throws IOException {
        Path build = INSTANCE.resolveSibling("license-distribution");
        run("rm", "-rf", build.toString());
        run("cp", "-al", DISTRIBUTION.toString(), build.toString());
        Platform.Output keys = forge(build, "license", "keygen", vendor.toString());
        assertThat(keys.exitCode()).as(keys.text()).isZero();
        Path jar;
        try (Stream<Path> files =
                Files.walk(build.resolve("system/org/platformforge/org.platformforge.kernel.license"))) {
            jar = files.filter(file -> file.toString().endsWith(".jar"))
                    .findFirst()
                    .orElseThrow();
        }
        Path changed = folder.resolve("license.jar");
        rewrite(jar, changed, Map.of(), "license-keys/vendor.pem", Files.readAllBytes(Path.of(vendor + ".pem")));
        Files.delete(jar); // the link, not the file
        Files.copy(changed, jar);
        return build;
    }

    private static Platform.Output forge(Path distribution, String... arguments) throws IOException {
        List<String> command = new java.util.ArrayList<>(
                List.of(distribution.resolve("bin/forge").toString()));
        command.addAll(List.of(arguments));
        return run(command.toArray(String[]::new));
    }

    private static Platform.Output run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Platform.Output(process.waitFor(), text);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The module of tests, as a part of the set. */
    private Path licensedModule() {
        Path target = folder.resolve("billing.jar");
        try {
            rewrite(
                    ContractModule.jar(),
                    target,
                    Map.of("Require-Capability", "platform.license;filter:=\"(feature=forge-billing)\""),
                    null,
                    null);
            return target;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path bundle(Path target, String manifest) throws IOException {
        Manifest parsed = new Manifest(new java.io.ByteArrayInputStream(manifest.getBytes(StandardCharsets.UTF_8)));
        new JarOutputStream(Files.newOutputStream(target), parsed).close();
        return target;
    }

    /** A JAR with more in its manifest's headers, and perhaps one more entry. */
    private static void rewrite(Path from, Path to, Map<String, String> headers, String name, byte[] content)
            throws IOException {
        try (JarFile jar = new JarFile(from.toFile())) {
            Manifest manifest = jar.getManifest();
            headers.forEach((header, more) -> manifest.getMainAttributes()
                    .merge(new java.util.jar.Attributes.Name(header), more, (before, added) -> before + "," + added));
            try (OutputStream out = Files.newOutputStream(to);
                    JarOutputStream copy = new JarOutputStream(out, manifest)) {
                for (var entry : (Iterable<java.util.jar.JarEntry>) jar.stream()::iterator) {
                    if (!entry.getName().equals(JarFile.MANIFEST_NAME)) {
                        copy.putNextEntry(new ZipEntry(entry.getName()));
                        try (InputStream in = jar.getInputStream(entry)) {
                            in.transferTo(copy);
                        }
                    }
                }
                if (name != null) {
                    copy.putNextEntry(new ZipEntry(name));
                    copy.write(content);
                }
            }
        }
    }
}
