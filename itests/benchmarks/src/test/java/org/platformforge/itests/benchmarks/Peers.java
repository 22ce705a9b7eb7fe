package org.platformforge.itests.benchmarks;

import org.platformforge.itests.blackbox.Platform;

/** The bundle of the peers that run in the platform. */
final class Peers {
    private Peers() {}

    /** Once or more often. */
    static void install(Settings settings, Platform platform) {
        Platform.Output install =
                platform.shell("bundle:install", "-s", settings.peers().toUri().toString());
        if (install.exitCode() != 0) {
            throw new IllegalStateException("The peers could not be installed: " + install.text());
        }
    }
}
