package org.platformforge.itests.benchmarks;

import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.platformforge.itests.blackbox.Platform;

/** What counting costs: the rate limiter asked in a loop, by several clients for the same caller. */
final class LimitsBenchmark {
    private static final double MOST_CPU_MICROS = 20;
    private static final int TIMES = 1000;

    private final Settings settings;
    private final Report report;
    private final Platform platform;

    LimitsBenchmark(Settings settings, Report report, Platform platform) {
        this.settings = settings;
        this.report = report;
        this.platform = platform;
    }

    void run() {
        Peers.install(settings, platform);
        platform.raiseRateLimits();
        try {
            URI base = URI.create("http://127.0.0.1:" + platform.httpPort());
            // changed limits are in force a moment later
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> platform.http().get("/bench/limits?times=1").status() == 200);
            Load.Target product = new Load.Target(
                    "Rate limiter, a thousand requests",
                    base.resolve("/bench/limits?times=" + TIMES),
                    Map.of(),
                    List.of(platform.pid()));
            Load load = new Load(settings, settings.fewRounds(), List.of(product), List.of()).run();
            double micros = load.median(0, Load.Figures::cpuMicros) / TIMES;
            report.add(Report.row("Rate limiter, two policies, one caller on %d connections, CPU µs a request"
                            .formatted(settings.connections()))
                    .product("%.2f".formatted(micros))
                    .aim("< 20 µs", micros < MOST_CPU_MICROS)
                    .rounds(load.describe()));
        } finally {
            platform.liftRateLimits();
        }
    }
}
