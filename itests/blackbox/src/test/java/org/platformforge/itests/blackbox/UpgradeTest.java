package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.platformforge.itests.extensions.Shop;

/** The whole platform upgraded in place and back, while an application serves: {@code bin/forge upgrade}. */
@Order(9)
@Tag(Tags.ANY_DATABASE)
class UpgradeTest {
    private static final Path DISTRIBUTION = Path.of(System.getProperty("forge.distribution"));
    private static final Path FOLDER =
            Path.of(System.getProperty("forge.instance")).resolveSibling("upgrade");
    private static final String GATEWAY = "org.platformforge.gateway.cfg";
    private static final String MARK = "# Said by the new version.\n";

    private final Path home = FOLDER.resolve("installed");
    private final String installed =
            Files.readString(DISTRIBUTION.resolve("lib/version")).strip();

    /** Who must not lose anything. */
    private record Tenant(Account account, Apps apps, JsonNode app, String extension) {}

    UpgradeTest() throws IOException {}

    @Test
    void keepsDataSettingsApplicationsAndExtensionsOnTheWayThereAndBack() throws Exception {
        bash("rm -rf '" + FOLDER + "' && mkdir -p '" + FOLDER + "' && cp -a '" + DISTRIBUTION + "' '" + home + "'");
        Path newer = archive("9.0.0", "");
        try (Platform platform = new Platform(home, FOLDER.resolve("instance"))) {
            platform.start();
            Account account = Account.register(platform);
            Apps apps = new Apps(platform, account);
            JsonNode app = apps.create();
            Tenant tenant = new Tenant(account, apps, app, extension(platform, account));
            Path settings = platform.config().resolve(GATEWAY);
            Files.writeString(settings, Files.readString(settings) + "\n# mine\n");
            String changed = Files.readString(settings);
            long pid = platform.pid();

            refusesWhatIsNotWhole(platform, newer);
            refusesToDecideForTheOperator(platform, settings);
            Platform.Output dry = platform.forge("upgrade", "--dry-run", newer.toString());
            assertThat(dry.exitCode()).as(dry.text()).isZero();
            assertThat(dry.text()).contains("changes " + settings, "Nothing has been changed");
            assertThat(platform.pid()).isEqualTo(pid);
            isInstalled(platform, installed);

            Platform.Output broken = platform.forge(
                    "upgrade",
                    archive("9.0.1", "> lib/boot/platform-forge-launcher.jar").toString());
            assertThat(broken.exitCode()).as(broken.text()).isEqualTo(1);
            assertThat(broken.text()).contains("did not start", installed + " is back");
            isInstalled(platform, installed);
            assertThat(settings).content().isEqualTo(changed);
            serves(platform, tenant);

            Platform.Output up = platform.forge("upgrade", newer.toString());
            assertThat(up.exitCode()).as(up.text()).isZero();
            isInstalled(platform, "9.0.0");
            assertThat(settings).content().contains(MARK).endsWith("# mine\n");
            serves(platform, tenant);
            Account later = Account.register(platform);

            Platform.Output back = platform.forge("upgrade", "--rollback");
            assertThat(back.exitCode()).as(back.text()).isZero();
            isInstalled(platform, installed);
            assertThat(settings).content().isEqualTo(changed);
            serves(platform, tenant);
            isKnown(platform, later);

            upgradesWhatIsStoppedAndCommits(platform, newer);
            serves(platform, tenant);
            apps.deleteAll();
        }
    }

    private void refusesWhatIsNotWhole(Platform platform, Path newer) throws Exception {
        byte[] all = Files.readAllBytes(newer);
        all[all.length / 2] ^= 1;
        Path tampered = Files.write(FOLDER.resolve("tampered.tar.gz"), all);
        refused(platform, tampered, "is not whole");
        bash("cd '" + FOLDER + "' && sha256sum " + newer.getFileName() + " > tampered.tar.gz.sha256");
        refused(platform, tampered, "is not what its checksum says");
        refused(platform, FOLDER.resolve("none.tar.gz"), "There is no file");
    }

    private void refusesToDecideForTheOperator(Platform platform, Path settings) throws Exception {
        String mine = Files.readString(settings);
        Path http = platform.config().resolve("org.platformforge.kernel.http.cfg");
        String shipped = Files.readString(http);
        Files.writeString(http, shipped.replace("stop.timeout = 10", "stop.timeout = 20"));
        Path conflict =
                archive("9.0.2", "sed -i 's/^stop.timeout = 10/stop.timeout = 30/' lib/config/" + http.getFileName());

        refused(platform, conflict, "stop.timeout = 20");
        refused(platform, conflict, "--ours keeps yours");

        assertThat(http).content().contains("stop.timeout = 20");
        assertThat(settings).content().isEqualTo(mine);
        Files.writeString(http, shipped);
    }

    private void refused(Platform platform, Path archive, String why) throws IOException {
        long pid = platform.pid();

        Platform.Output output = platform.forge("upgrade", archive.toString());

        assertThat(output.exitCode()).as(output.text()).isEqualTo(1);
        assertThat(output.text()).contains(why);
        assertThat(platform.pid()).isEqualTo(pid);
        isInstalled(platform, installed);
        assertThat(home.resolve("upgrade")).doesNotExist();
    }

    private void upgradesWhatIsStoppedAndCommits(Platform platform, Path newer) {
        platform.stop();
        Platform.Output up = platform.forge("upgrade", newer.toString());
        assertThat(up.exitCode()).as(up.text()).isZero();
        assertThat(platform.forge("status").exitCode()).isEqualTo(3);
        assertThat(platform.forge("upgrade", "--status").text()).contains("Previous version: " + installed);
        platform.start();
        Platform.Output committed = platform.forge("upgrade", "--commit");
        assertThat(committed.exitCode()).as(committed.text()).isZero();
        isInstalled(platform, "9.0.0");
        assertThat(platform.forge("upgrade", "--rollback").exitCode()).isEqualTo(1);
        assertThat(home.resolve("upgrade")).doesNotExist();
    }

    /** Installs one that keeps what it is told. @return its id */
    private static String extension(Platform platform, Account account) {
        Publisher publisher = Publisher.trusted(platform, "upgrade-");
        String id = publisher.id("shop");
        publisher.publish(Shop.small(id, "1.0.0"));
        Marketplace marketplace = new Marketplace(platform, account);
        marketplace.install(id, "1.0.0", Map.of());
        Answer kept = marketplace.post("/api/v1/ext/" + id + "/shop/orders", Map.of("what", "tea"));
        assertThat(kept.status()).as(kept.toString()).isEqualTo(201);
        return id;
    }

    private static void serves(Platform platform, Tenant tenant) {
        assertThat(platform.forge("status").exitCode()).isZero();
        isKnown(platform, tenant.account());
        await().atMost(Apps.WITHIN)
                .until(() -> tenant.apps().visit(tenant.app()).status() == 200);
        Marketplace marketplace = new Marketplace(platform, tenant.account());
        await().atMost(Apps.WITHIN)
                .untilAsserted(() -> assertThat(marketplace
                                .call(tenant.extension(), "/shop/orders")
                                .text())
                        .contains("tea"));
        assertThat(marketplace.version(tenant.extension())).isEqualTo("1.0.0");
    }

    private static void isKnown(Platform platform, Account account) {
        Answer me = platform.http().get("/api/v1/auth/me", account.bearer());
        assertThat(me.status()).as(me.toString()).isEqualTo(200);
    }

    private static void isInstalled(Platform platform, String version) {
        assertThat(platform.forge("version").text()).startsWith("Platform Forge " + version + " ");
    }

    /**
     * This build once more, as a later version whose settings have one line more.
     *
     * @param change a command run in its folder
     */
    private static Path archive(String version, String change) throws Exception {
        Path folder = FOLDER.resolve("platform-forge-" + version);
        Path archive = FOLDER.resolve("platform-forge-" + version + ".tar.gz");
        bash("cp -a '" + DISTRIBUTION + "' '" + folder + "' && cd '" + folder + "'");
        Files.writeString(folder.resolve("lib/version"), version + "\n");
        for (String place : new String[] {"lib/config", "config"}) {
            Path settings = folder.resolve(place).resolve(GATEWAY);
            Files.writeString(settings, MARK + Files.readString(settings));
        }
        bash("cd '" + folder + "' && { " + (change.isEmpty() ? ":" : change) + "; } && cd .. && tar -czf '" + archive
                + "' '" + folder.getFileName() + "' && rm -rf '" + folder + "'");
        return archive;
    }

    private static void bash(String script) throws Exception {
        Process process = new ProcessBuilder("bash", "-c", script).inheritIO().start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(script).isZero();
    }
}
