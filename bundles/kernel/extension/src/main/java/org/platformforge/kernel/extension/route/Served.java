package org.platformforge.kernel.extension.route;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.platformforge.extension.api.Settings;
import org.platformforge.kernel.api.extension.ExtensionRouting;
import org.platformforge.kernel.api.extension.ExtensionRuntime;
import org.platformforge.kernel.extension.release.Release;

/** What one tenant is served by, with what is looked up on every request made once. Thread-safe. */
public final class Served {
    private final ExtensionRuntime.Assigned described;
    private final Release main;
    private final Release canary;
    private final ExtensionRouting.Selection mainSelection;
    private final ExtensionRouting.Selection canarySelection;
    private final Counter mainCounter = new Counter();
    private final Counter canaryCounter = new Counter();
    private final Settings settings;

    /** @param canary null for none */
    Served(ExtensionRuntime.Assigned described, Release main, Release canary, Settings settings) {
        this.described = described;
        this.main = main;
        this.canary = canary;
        this.mainSelection = selection(main, false);
        this.canarySelection = canary == null ? null : selection(canary, true);
        this.settings = settings;
    }

    private static ExtensionRouting.Selection selection(Release release, boolean canary) {
        return new ExtensionRouting.Selection(
                release.extensionId(), release.described().version(), release.sha256(), release.mainBundle(), canary);
    }

    public ExtensionRuntime.Assigned described() {
        return described;
    }

    public Release main() {
        return main;
    }

    public Settings settings() {
        return settings;
    }

    ExtensionRouting.Selection select(String stickiness) {
        return canary != null && share(stickiness) < described.canaryPercent() ? canarySelection : mainSelection;
    }

    /** 0 to 99, the same for one client as long as the canary is the same one. */
    private int share(String stickiness) {
        if (stickiness == null) {
            return ThreadLocalRandom.current().nextInt(100);
        }
        int mixed = (stickiness.hashCode() ^ canary.sha256().hashCode()) * 0x9E3779B9;
        return Math.floorMod(mixed ^ (mixed >>> 15), 100);
    }

    boolean serves(Release release) {
        return release == main || release == canary;
    }

    void count(String sha256, int status, long nanos) {
        if (sha256.equals(main.sha256())) {
            mainCounter.count(status, nanos);
        } else if (canary != null && sha256.equals(canary.sha256())) {
            canaryCounter.count(status, nanos);
        }
    }

    List<ExtensionRuntime.Figures> figures() {
        return canary == null ? List.of() : List.of(mainCounter.figures(main), canaryCounter.figures(canary));
    }
}
