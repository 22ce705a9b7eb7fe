package org.platformforge.itests.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.platformforge.itests.blackbox.Account;
import org.platformforge.itests.blackbox.Answer;
import org.platformforge.itests.blackbox.Marketplace;
import org.platformforge.itests.blackbox.Platform;
import org.platformforge.itests.blackbox.Publisher;
import org.platformforge.itests.extensions.Shop;

/** What many installed extensions cost: warm start, memory, and a request to one of the platform's own routes. */
final class ManyExtensionsBenchmark {
    private static final int REQUESTS = 2000;
    private static final int WARM_UP = 5000;
    /** What a bare Karaf with 200 bundles more takes, half as much again. */
    private static final double MOST_SECONDS = 6;

    private static final double MOST_MEGABYTES = 450;
    private static final int AT_MOST_A_TENANT = 100;
    private static final int MOST_LOOKS = 12_000;
    /** Looking without a pause takes a core from what is starting and grows its heap. */
    private static final Duration LOOK = Duration.ofMillis(5);

    private final Settings settings;
    private final Report report;
    private Account account;
    private String last;

    /** @param seconds from the start to the first 200 of the extension that was installed last, or of the platform */
    private record Figures(double seconds, double megabytes, double micros) {}

    ManyExtensionsBenchmark(Settings settings, Report report) {
        this.settings = settings;
        this.report = report;
    }

    void run() {
        Rounds<Figures> none = new Rounds<>();
        Rounds<Figures> many = new Rounds<>();
        try (Platform platform = new Platform(
                settings.distribution(),
                settings.target().resolve("extensions"),
                Map.of("JAVA_HOME", settings.jdk().toString()))) {
            platform.start();
            account = Account.register(platform);
            rounds(platform, none);
            install(platform);
            rounds(platform, many);
        }
        String prefix = settings.extensions() + " extensions: ";
        report.add(row(prefix + "warm start to the first 200 of the last one, s", "%.2f", many, none, Figures::seconds)
                .aim("≤ 6 s", many.median(Figures::seconds) <= MOST_SECONDS));
        report.add(row(prefix + "resident memory, idle, MB", "%.0f", many, none, Figures::megabytes)
                .aim("≤ 450 MB", many.median(Figures::megabytes) <= MOST_MEGABYTES));
        report.add(row(prefix + "GET /api/v1/auth/me, one client, µs", "%.0f", many, none, Figures::micros));
    }

    private static Report.Row row(
            String figure, String format, Rounds<Figures> many, Rounds<Figures> none, ToDoubleFunction<Figures> value) {
        return Report.row(figure)
                .product(format.formatted(many.median(value)))
                .peer("without any " + format.formatted(none.median(value)))
                .ratio(many.median(value) / none.median(value))
                .rounds(many.describe());
    }

    private void install(Platform platform) {
        if (settings.extensions() > AT_MOST_A_TENANT) {
            throw new IllegalArgumentException("A tenant may have " + AT_MOST_A_TENANT + " extensions");
        }
        Publisher publisher = Publisher.trusted(platform, "many-");
        Marketplace tenant = new Marketplace(platform, account);
        for (int i = 0; i < settings.extensions(); i++) {
            last = publisher.id("shop" + i);
            publisher.publish(Shop.small(last, "1.0.0"));
            tenant.install(last, "1.0.0", Map.of());
        }
    }

    private void rounds(Platform platform, Rounds<Figures> rounds) {
        for (int i = 0; i < settings.starts(); i++) {
            platform.stop();
            Watch watch = new Watch(List.of());
            platform.start();
            awaitOk(platform, last == null ? "/api/v1/auth/me" : "/api/v1/ext/" + last + "/shop");
            Watch.Cost start = watch.stop(List.of(platform.pid()));
            Watch idle = new Watch(List.of(platform.pid()));
            StartBenchmark.pause(settings.idle());
            double megabytes = Proc.residentMegabytes(platform.pid());
            double others = Math.max(
                    start.otherCores(), idle.stop(List.of(platform.pid())).otherCores());
            requests(platform, WARM_UP);
            double micros = requests(platform, REQUESTS);
            rounds.add(new Figures(start.seconds(), megabytes, micros), others);
            Console.say(
                    "  %s extensions: start %.2f s, %.0f MB, %.0f µs a request; others %.2f core",
                    last == null ? 0 : settings.extensions(), start.seconds(), megabytes, micros, others);
        }
    }

    private void awaitOk(Platform platform, String path) {
        for (int i = 0; i < MOST_LOOKS; i++) {
            if (platform.http().get(path, account.bearer()).status() == 200) {
                return;
            }
            StartBenchmark.pause(LOOK);
        }
        throw new IllegalStateException(path + " is not served");
    }

    /** @return microseconds of the median request */
    private double requests(Platform platform, int count) {
        double[] micros = new double[count];
        for (int i = 0; i < count; i++) {
            long start = System.nanoTime();
            Answer answer = platform.http().get("/api/v1/auth/me", account.bearer());
            micros[i] = (System.nanoTime() - start) / 1e3;
            if (answer.status() != 200) {
                throw new IllegalStateException(answer.toString());
            }
        }
        return Rounds.median(micros);
    }
}
