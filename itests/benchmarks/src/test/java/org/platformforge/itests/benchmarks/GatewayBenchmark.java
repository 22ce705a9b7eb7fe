package org.platformforge.itests.benchmarks;

import java.net.URI;
import java.util.List;
import java.util.Map;
import org.platformforge.itests.blackbox.Account;
import org.platformforge.itests.blackbox.Apps;
import org.platformforge.itests.blackbox.Platform;

/** An application's page through the gateway, and directly from the application's own port. */
final class GatewayBenchmark {
    private final Settings settings;
    private final Report report;
    private final Platform platform;

    GatewayBenchmark(Settings settings, Report report, Platform platform) {
        this.settings = settings;
        this.report = report;
        this.platform = platform;
    }

    void run() {
        Apps apps = new Apps(platform, Account.register(platform));
        URI url = URI.create(apps.create().path("resources").path("url").asText());
        try {
            Application application = Application.only(platform, apps);
            Load.Target through = new Load.Target(
                    "Gateway to an application (CPU of both)",
                    URI.create("http://127.0.0.1:" + platform.httpPort() + "/"),
                    Map.of("Host", url.getAuthority()),
                    List.of(platform.pid()));
            Load.Target direct = new Load.Target(
                    "the application directly",
                    URI.create("http://" + application.address() + "/"),
                    Map.of(),
                    List.of(application.pid()));
            new Load(settings, settings.rounds(), List.of(through), List.of(direct))
                    .run()
                    .report(report, 0, null);
        } finally {
            apps.deleteAll();
        }
    }
}
