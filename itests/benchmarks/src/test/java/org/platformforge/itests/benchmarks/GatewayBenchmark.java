package org.platformforge.itests.benchmarks;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.platformforge.itests.blackbox.Account;
import org.platformforge.itests.blackbox.Apps;
import org.platformforge.itests.blackbox.Platform;

/** An application's page through the gateway, through nginx, and directly from the application's own port. */
final class GatewayBenchmark {
    private static final double LEAST_OF_NGINX = 0.5;

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
            Optional<Path> program = Nginx.program();
            if (program.isEmpty()) {
                report.note("nginx is not installed (Debian: apt-get install nginx), so the gateway has no peer.");
                load(through, List.of(direct));
                return;
            }
            try (Nginx nginx = Nginx.before(
                    program.get(), application.address(), settings.target().resolve("nginx"))) {
                Load.Target proxied =
                        new Load.Target("nginx", nginx.address(), Map.of(), List.of(nginx.pid(), application.pid()));
                Load load = load(through, List.of(direct, proxied));
                double ratio = load.ratio(0, 2, Load.Figures::perSecond);
                report.add(Report.row("Gateway's requests/s against nginx's")
                        .ratio(ratio)
                        .aim("≥ 0.5", ratio >= LEAST_OF_NGINX)
                        .rounds(load.describe()));
            }
        } finally {
            apps.deleteAll();
        }
    }

    private Load load(Load.Target through, List<Load.Target> peers) {
        Load load = new Load(settings, settings.rounds(), List.of(through), peers).run();
        load.report(report, 0, null);
        return load;
    }
}
