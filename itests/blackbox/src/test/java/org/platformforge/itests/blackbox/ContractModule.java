package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URISyntaxException;
import java.nio.file.Path;
import org.platformforge.itests.contract.CredentialResource;

/** The module of tests with routes in every dialect, while it is part of the platform. */
final class ContractModule implements AutoCloseable {
    private static final String NAME = "org.platformforge.itests.contract";

    private final Platform platform;

    ContractModule(Platform platform) {
        this.platform = platform;
        Platform.Output output = platform.shell("forge:module-install", jar().toString());
        assertThat(output.exitCode()).as(output.text()).isZero();
    }

    static Path jar() {
        try {
            return Path.of(CredentialResource.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        Platform.Output output = platform.shell("forge:module-uninstall", NAME);
        assertThat(output.exitCode()).as(output.text()).isZero();
    }
}
