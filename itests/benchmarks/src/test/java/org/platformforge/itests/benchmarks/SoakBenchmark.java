package org.platformforge.itests.benchmarks;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.platformforge.itests.blackbox.Account;
import org.platformforge.itests.blackbox.Apps;
import org.platformforge.itests.blackbox.Platform;

/**
 * More than the platform can do, for a long time: each of many connections asks again as soon as it is answered, so that what
 * is refused comes back at once. Asked is whether everybody is answered, whether memory stays where it is, and how soon
 * all is as before when the load has ended.
 */
final class SoakBenchmark {
    /** Three times the server's threads. */
    private static final int CONNECTIONS = 600;

    private static final Duration LOOK = Duration.ofSeconds(5);
    private static final Duration CALM = Duration.ofSeconds(10);
    private static final Duration LONGEST_RECOVERY = Duration.ofSeconds(60);
    private static final int PROBES = 20;
    private static final double MOST_MEMORY_RATIO = 1.1;
    private static final double MOST_RECOVERY_SECONDS = 10;
    /** A probe's median is back when it is within this of what it was. */
    private static final double NORMAL = 1.5;

    private final Settings settings;
    private final Report report;
    private final Platform platform;

    SoakBenchmark(Settings settings, Report report, Platform platform) {
        this.settings = settings;
        this.report = report;
        this.platform = platform;
    }

    void run() {
        Account account = Account.register(platform);
        Apps apps = new Apps(platform, account);
        apps.create();
        platform.raiseRateLimits();
        try {
            measure(account);
        } finally {
            platform.liftRateLimits();
            apps.deleteAll();
        }
    }

    private void measure(Account account) {
        URI base = URI.create("http://127.0.0.1:" + platform.httpPort());
        Map<String, String> headers = Map.of(account.bearer()[0], account.bearer()[1]);
        String script = Scripts.get(List.of("/api/v1/resources", "/api/v1/auth/me", "/api/v1/operations", "/health"));
        for (int i = 0; i < settings.mostWarmUps(); i++) {
            Wrk.run(base, headers, settings.connections(), settings.warmUp(), script);
        }
        Wrk.Result most = Wrk.run(base, headers, settings.connections(), CALM, script);
        double before = probe(account);
        Console.say("  %,.0f requests/s at best; a request alone takes %.1f ms", rate(most), before);

        CompletableFuture<Wrk.Result> soak =
                CompletableFuture.supplyAsync(() -> Wrk.run(base, headers, CONNECTIONS, settings.soak(), script));
        List<Double> memory = new ArrayList<>();
        while (!soak.isDone()) {
            LockSupport.parkNanos(LOOK.toNanos());
            memory.add(Proc.residentMegabytes(platform.pid()));
        }
        double recovery = secondsUntilNormal(account, before);
        report(most, soak.join(), memory, before, recovery);
    }

    private double secondsUntilNormal(Account account, double before) {
        long ended = System.nanoTime();
        double seconds;
        do {
            seconds = (System.nanoTime() - ended) / 1e9;
            if (probe(account) <= NORMAL * before) {
                return seconds;
            }
        } while (seconds < LONGEST_RECOVERY.toSeconds());
        return seconds;
    }

    /** @return milliseconds a request takes, the median of some, one after the other */
    private double probe(Account account) {
        double[] millis = new double[PROBES];
        for (int i = 0; i < PROBES; i++) {
            long started = System.nanoTime();
            boolean answered =
                    platform.http().get("/api/v1/resources", account.bearer()).status() == 200;
            long took = System.nanoTime() - started;
            millis[i] = answered ? took / 1e6 : TimeUnit.MINUTES.toMillis(1);
        }
        return Rounds.median(millis);
    }

    private void report(Wrk.Result most, Wrk.Result soak, List<Double> memory, double before, double recovery) {
        String figure = "soak, %d connections for %d s: "
                .formatted(CONNECTIONS, settings.soak().toSeconds());
        report.add(Report.row(figure + "requests/s, answered or refused")
                .product("%,.0f".formatted(rate(soak)))
                .peer("at best, %d connections %,.0f".formatted(settings.connections(), rate(most)))
                .ratio(rate(soak) / rate(most)));
        report.add(Report.row(figure + "refused with 503").product("%,d".formatted(soak.failed() - soak.broken())));
        report.add(Report.row(figure + "without an answer")
                .product("%,d of %,d".formatted(soak.broken(), soak.requests()))
                .aim("0", soak.broken() == 0));
        int third = Math.max(1, memory.size() / 3);
        double early = median(memory.subList(0, third));
        double late = median(memory.subList(memory.size() - third, memory.size()));
        report.add(Report.row(figure + "resident MB, the last third")
                .product("%.0f".formatted(late))
                .peer("the first third %.0f".formatted(early))
                .ratio(late / early)
                .aim("≤ 1.1", late <= MOST_MEMORY_RATIO * early));
        report.add(Report.row(figure + "s until a request takes what it took")
                .product("%.1f".formatted(recovery))
                .peer("%.1f ms before".formatted(before))
                .aim("≤ 10", recovery <= MOST_RECOVERY_SECONDS));
    }

    private static double rate(Wrk.Result result) {
        return result.requests() / result.seconds();
    }

    private static double median(List<Double> values) {
        return Rounds.median(values.stream().mapToDouble(Double::doubleValue).toArray());
    }
}
