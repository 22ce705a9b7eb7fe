package org.platformforge.kernel.extension.route;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.platformforge.kernel.api.extension.ExtensionRouting;
import org.platformforge.kernel.api.extension.ExtensionRuntime;
import org.platformforge.kernel.extension.release.Release;
import org.slf4j.MDC;

/** What one tenant is served by, with what is looked up on every request made once. Thread-safe. */
public final class Served {
    private final ExtensionRuntime.Assigned described;
    private final Release main;
    private final Release canary;
    private final ExtensionRouting.Selection mainSelection;
    private final ExtensionRouting.Selection canarySelection;
    private final Counter mainCounter;
    private final Counter canaryCounter;
    private final TenantSettings settings;
    private final Health health;

    /**
     * @param canary null for none
     * @param before what served the tenant so far, null for nothing: its health is carried on, and the figures of a canary that
     *     goes on, too
     */
    Served(ExtensionRuntime.Assigned described, Release main, Release canary, TenantSettings settings, Served before) {
        boolean goesOn = before != null && before.main == main && before.canary == canary;
        this.mainCounter = goesOn ? before.mainCounter : new Counter();
        this.canaryCounter = goesOn ? before.canaryCounter : new Counter();
        this.described = described;
        this.main = main;
        this.canary = canary;
        this.mainSelection = selection(main, false);
        this.canarySelection = canary == null ? null : selection(canary, true);
        this.settings = settings;
        this.health = before == null ? new Health() : before.health;
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

    public TenantSettings settings() {
        return settings;
    }

    /** Makes a call and notes what becomes of it. @param where what is called, for the tenant to read */
    public <T> T watch(String where, Callable<T> call) throws Exception {
        return health.watch(where, settings, call);
    }

    /** Makes a call for a request; what it answers is counted when it is known. */
    public <T> T request(Callable<T> call) throws Exception {
        return health.request(settings, call);
    }

    /** Nothing of the tenant stays with a release that serves others. */
    void forget() {
        main.metrics().forget(described.tenantId());
        if (canary != null) {
            canary.metrics().forget(described.tenantId());
        }
    }

    Health health() {
        return health;
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
        // what the walls themselves answered has been noted
        if (status >= 500 && status != 503 && status != 504) {
            String request = MDC.get("request_id");
            health.failed(
                    request == null ? "request" : "request " + request, settings, "It was answered with " + status);
        }
    }

    List<ExtensionRuntime.Figures> figures() {
        return canary == null ? List.of() : List.of(mainCounter.figures(main), canaryCounter.figures(canary));
    }
}
