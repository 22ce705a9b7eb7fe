package org.platformforge.itests.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.platformforge.itests.blackbox.Account;
import org.platformforge.itests.blackbox.Platform;

/** Sign-ins, which are a password hash and little more; and how others fare while many sign in. */
final class LoginBenchmark {
    private static final double LEAST_RATIO = 0.95;
    private static final double MOST_P99_RATIO = 1.2;
    private static final String LOGIN = "/api/v1/auth/login";
    /** An ordinary read, from the database. */
    private static final String READ = "/api/v1/resources";
    /** Half of what may wait: those that were given up by the round before still do. */
    private static final int STORM = 32;

    private static final int READERS = 2;
    private static final Duration STORM_LEADS = Duration.ofSeconds(1);

    private final Settings settings;
    private final Report report;
    private final Platform platform;
    private final URI base;

    /** One round: the same reads without a storm and in one. */
    private record Reads(Wrk.Result calm, Wrk.Result stormy, double loginsPerSecond) {}

    LoginBenchmark(Settings settings, Report report, Platform platform) {
        this.settings = settings;
        this.report = report;
        this.platform = platform;
        this.base = URI.create("http://127.0.0.1:" + platform.httpPort());
    }

    void run() {
        Account account = Account.register(platform);
        String login =
                Scripts.post("{\"email\":\"%s\",\"password\":\"%s\"}".formatted(account.email(), Account.PASSWORD));
        platform.raiseRateLimits();
        try {
            rate(login);
            storm(login, Map.of(account.bearer()[0], account.bearer()[1]));
        } finally {
            platform.liftRateLimits();
        }
    }

    private void rate(String login) {
        List<Long> here = List.of(platform.pid());
        Properties config = config();
        String memory = config.getProperty("argon2.memory.kib");
        String iterations = config.getProperty("argon2.iterations");
        try (Fork hashes = Fork.like(platform.pid(), HashPeer.class, memory, iterations)) {
            Load.Target product =
                    new Load.Target("POST " + LOGIN, base.resolve(LOGIN), Map.of(), here, List.of(), () -> login);
            Load.Target peer = new Load.Target(
                    "raw Argon2id of Bouncy Castle, %s KiB, t=%s".formatted(memory, iterations),
                    hashes.address(),
                    Map.of(),
                    List.of(hashes.pid()));
            Load load = new Load(settings, settings.fewRounds(), List.of(product), List.of(peer)).run();
            load.reportCpu(report, 0, null);
            report.add(load.throughput(0, 1).aim("≥ 0.95", load.ratio(0, 1, Load.Figures::perSecond) >= LEAST_RATIO));
            load.reportLatency(report, 0);
        }
    }

    private Properties config() {
        try (var file = Files.newBufferedReader(platform.config().resolve("org.platformforge.auth.cfg"))) {
            Properties properties = new Properties();
            properties.load(file);
            return properties;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void storm(String login, Map<String, String> reader) {
        Wrk.run(base.resolve(READ), reader, READERS, settings.warmUp());
        Rounds<Reads> rounds = new Rounds<>();
        while (rounds.goOn(settings.fewRounds())) {
            Watch watch = new Watch(List.of(platform.pid()));
            Wrk.Result calm = read(reader);
            CompletableFuture<Wrk.Result> storm = CompletableFuture.supplyAsync(() -> Wrk.run(
                    base.resolve(LOGIN),
                    Map.of(),
                    STORM,
                    settings.roundTime().plus(STORM_LEADS.multipliedBy(2)),
                    login));
            LockSupport.parkNanos(STORM_LEADS.toNanos());
            Wrk.Result stormy = read(reader);
            Wrk.Result logins = storm.join();
            if (logins.failed() > 0) {
                throw new IllegalStateException(logins.failed() + " sign-ins failed in the storm");
            }
            double others = watch.stop(List.of(platform.pid())).otherCores();
            rounds.add(new Reads(calm, stormy, logins.requests() / logins.seconds()), others);
            Console.say(
                    "  round %d: p99 %.0f µs, in a storm %.0f µs; %.0f sign-ins/s; others %.2f core",
                    rounds.size(), calm.p99Micros(), stormy.p99Micros(), logins.requests() / logins.seconds(), others);
        }
        reportStorm(rounds);
    }

    private Wrk.Result read(Map<String, String> reader) {
        Wrk.Result result = Wrk.run(base.resolve(READ), reader, READERS, settings.roundTime());
        if (result.failed() > 0) {
            throw new IllegalStateException(result.failed() + " reads failed beside sign-ins");
        }
        return result;
    }

    private void reportStorm(Rounds<Reads> rounds) {
        String figure = "GET %s (%d clients) while %d others sign in, ".formatted(READ, READERS, STORM);
        double ratio =
                rounds.median(round -> round.stormy().p99Micros() / round.calm().p99Micros());
        report.add(Report.row(figure + "p99 µs")
                .product("%,.0f".formatted(rounds.median(round -> round.stormy().p99Micros())))
                .peer("without them %,.0f"
                        .formatted(rounds.median(round -> round.calm().p99Micros())))
                .ratio(ratio)
                .aim("≤ 1.2", ratio <= MOST_P99_RATIO)
                .rounds(rounds.describe()));
        report.add(Report.row(figure + "p50 µs")
                .product("%,.0f".formatted(rounds.median(round -> round.stormy().p50Micros())))
                .peer("without them %,.0f"
                        .formatted(rounds.median(round -> round.calm().p50Micros())))
                .ratio(rounds.median(
                        round -> round.stormy().p50Micros() / round.calm().p50Micros()))
                .rounds(rounds.describe()));
        report.add(Report.row(figure + "requests/s")
                .product("%,.0f".formatted(rounds.median(round -> rate(round.stormy()))))
                .peer("without them %,.0f".formatted(rounds.median(round -> rate(round.calm()))))
                .ratio(rounds.median(round -> rate(round.stormy()) / rate(round.calm())))
                .rounds(rounds.describe()));
        report.add(Report.row(figure + "sign-ins/s")
                .product("%,.0f".formatted(rounds.median(Reads::loginsPerSecond)))
                .rounds(rounds.describe()));
    }

    private static double rate(Wrk.Result result) {
        return result.requests() / result.seconds();
    }
}
