package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.platformforge.itests.extensions.Artifact;
import org.platformforge.itests.extensions.Shop;

/** An operator does with the shell what tenants do over HTTP. */
@Order(7)
@Tag(Tags.ANY_DATABASE)
@ExtendWith(PlatformExtension.class)
class ExtensionShellTest {
    private final Platform platform;

    @TempDir
    Path folder;

    ExtensionShellTest(Platform platform) {
        this.platform = platform;
    }

    @Test
    void publishesInstallsAndChangesExtensions() throws IOException {
        Publisher publisher = Publisher.untrusted(platform, "shell-");
        Marketplace tenant = Marketplace.register(platform);
        String id = publisher.id("shop");
        String author = " --tenant " + publisher.marketplace().account().tenantId() + " ";
        String user = " --tenant " + tenant.account().tenantId() + " ";
        List<String> commands = new ArrayList<>();
        for (String version : List.of("1.0.0", "1.1.0")) {
            Artifact artifact = Shop.builder(id, version).build();
            Path bundle = Files.write(folder.resolve(version + ".jar"), artifact.bytes());
            Path signature = Files.writeString(folder.resolve(version + ".sig"), publisher.signature(artifact));
            commands.add("extension:verify " + bundle);
            commands.add("extension:publish" + author + "--signature " + signature + " " + bundle);
        }
        commands.add("extension:trust " + publisher.namespace());
        commands.add("extension:info " + id);
        commands.add("extension:list --search " + publisher.namespace());
        String install =
                "extension:install" + user + "--version 1.0.0 --accept events:user.login --set greeting=Servus ";
        commands.add(install + "--dry-run " + id);
        commands.add(install + id);
        commands.add("extension:upgrade" + user + id);
        commands.add("extension:rollback" + user + id);
        commands.add("extension:wiring" + user + id);
        commands.add("extension:run" + user + id + " stock of lamps");
        commands.add("extension:list" + user);

        Platform.Output done = platform.shell(String.join("; ", commands));

        assertThat(done.exitCode()).as(done.text()).isZero();
        assertThat(done.text())
                .contains("Nothing stands against it", id + " 1.1.0 is published as published")
                .contains(publisher.namespace() + " is trusted", "Permissions: events:user.login")
                .contains("Nothing speaks against it", id + ": completed")
                .contains("org.platformforge.extension.api from")
                .contains("1.0.0 in " + tenant.account().tenantId() + " of lamps");
        assertThat(tenant.call(id, "/shop").data().path("greeting").asText()).isEqualTo("Servus");
        assertThat(tenant.installation(id).path("previous_version").asText()).isEqualTo("1.1.0");

        Platform.Output blocked =
                platform.shell("extension:block --reason broken " + id + " 1.1.0; extension:info" + user + id);
        assertThat(blocked.exitCode()).as(blocked.text()).isZero();
        assertThat(blocked.text())
                .contains(id + " 1.1.0 is blocked: adv_", "blocked 1.1.0: broken", "Installed: 1.0.0, active")
                .doesNotContain("Warning");

        Platform.Output gone = platform.shell("extension:disable" + user + id + "; extension:enable" + user + id
                + "; extension:uninstall --erase" + user + id);
        Platform.Output refused = platform.shell("extension:install" + user + id);

        assertThat(gone.exitCode()).as(gone.text()).isZero();
        assertThat(tenant.call(id, "/shop").status()).isEqualTo(404);
        assertThat(refused.exitCode()).as(refused.text()).isNotZero();
        assertThat(refused.text()).contains("permission");

        Platform.Output unsaid = platform.shell("extension:block " + id + " 1.0.0");
        Platform.Output bad = platform.shell("extension:publish" + author + folder.resolve("1.0.0.sig"));
        Platform.Output missing = platform.shell("extension:publish" + author + folder.resolve("none.jar"));
        Platform.Output again = platform.shell("extension:publish --json" + author + folder.resolve("1.0.0.jar"));
        assertThat(unsaid.text()).contains("reason: must have 1 to 2000 characters");
        assertThat(bad.text()).contains("This is no ZIP archive");
        assertThat(missing.text()).contains("There is no file");
        assertThat(again.text()).contains("\"created\" : false");
    }
}
