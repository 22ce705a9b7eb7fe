package org.platformforge.itests.benchmarks;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.platformforge.itests.blackbox.Account;
import org.platformforge.itests.blackbox.Platform;

/** Refresh tokens that are exchanged for their successors, each durable before it is answered. */
final class RefreshBenchmark {
    private static final double MOST_CPU_MICROS = 240;
    private static final double LEAST_PER_SECOND = 3000;
    private static final String REFRESH = "/api/v1/auth/refresh";

    private final Settings settings;
    private final Report report;
    private final Platform platform;
    private final DatabaseUnderTest database;

    RefreshBenchmark(Settings settings, Report report, Platform platform, DatabaseUnderTest database) {
        this.settings = settings;
        this.report = report;
        this.platform = platform;
        this.database = database;
    }

    void run() {
        Account account = Account.register(platform);
        Peers.install(settings, platform);
        platform.raiseRateLimits();
        try {
            List<Long> here = List.of(platform.pid());
            URI base = URI.create("http://127.0.0.1:" + platform.httpPort());
            Load.Target product = new Load.Target(
                    "POST " + REFRESH + " (" + database.name() + ")",
                    base.resolve(REFRESH),
                    Map.of(),
                    here,
                    database.processes(),
                    () -> Scripts.refresh(sessions(account)));
            Load.Target peer = new Load.Target(
                    "one durable insert, same JVM",
                    base.resolve("/bench/store/insert?tenants=" + settings.connections()),
                    Map.of(),
                    here,
                    database.processes(),
                    () -> "");
            report(new Load(settings, settings.fewRounds(), List.of(product), List.of(peer)).run());
        } finally {
            platform.liftRateLimits();
        }
    }

    /** The aim for the rate is PostgreSQL's. */
    private void report(Load load) {
        load.reportCpu(report, 0, MOST_CPU_MICROS);
        Report.Row rate = load.throughput(0, 1);
        if (database.processes().isEmpty()) {
            report.add(rate);
        } else {
            load.reportDatabaseCpu(report, 0);
            report.add(rate.aim("≥ 3,000/s", load.median(0, Load.Figures::perSecond) >= LEAST_PER_SECOND));
        }
        load.reportLatency(report, 0);
    }

    private List<String> sessions(Account account) {
        List<String> tokens = new ArrayList<>();
        for (int i = 0; i <= settings.connections(); i++) {
            tokens.add(
                    Account.login(platform, account.email(), Account.PASSWORD).refreshToken());
        }
        return tokens;
    }
}
