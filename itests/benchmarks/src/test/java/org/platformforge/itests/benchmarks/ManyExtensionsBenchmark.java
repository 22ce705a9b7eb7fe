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

/**
 * What many installed extensions cost: warm start, memory, and a request to one of the platform's own routes. Beside it
 * Karaf starts with as many bundles twice over, and nothing else to do.
 */
final class ManyExtensionsBenchmark {
    private static final int REQUESTS = 2000;
    private static final int WARM_UP = 5000;
    private static final int BUNDLES = 200;
    /** What Karaf with such bundles took where the aim was set, half as much again. */
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

    /**
     * @param seconds from the start to the first 200 of the extension that was installed last, or of the platform
     * @param micros of a request; 0 for who takes none
     */
    private record Figures(double seconds, double megabytes, double micros) {}

    /** What was seen at the same time. */
    private record Pair(Figures product, Figures karaf) {
        double ratio(ToDoubleFunction<Figures> value) {
            return value.applyAsDouble(product) / value.applyAsDouble(karaf);
        }
    }

    /** @param others cores that were busy with something else */
    private record Round(Figures figures, double others) {}

    ManyExtensionsBenchmark(Settings settings, Report report) {
        this.settings = settings;
        this.report = report;
    }

    void run() {
        Rounds<Figures> none = new Rounds<>();
        Rounds<Pair> many = new Rounds<>();
        try (Platform platform = new Platform(
                settings.distribution(),
                settings.target().resolve("extensions"),
                Map.of("JAVA_HOME", settings.jdk().toString()))) {
            platform.start();
            account = Account.register(platform);
            for (int i = 0; i < settings.starts(); i++) {
                Round round = round(platform);
                none.add(round.figures(), round.others());
            }
            install(platform);
            try (KarafPeer karaf =
                    new KarafPeer(settings.karaf(), settings.target().resolve("karaf"), settings.jdk(), BUNDLES)) {
                karaf.start();
                for (int i = 0; i < settings.starts(); i++) {
                    Round peer = round(karaf);
                    Round round = round(platform);
                    many.add(new Pair(round.figures(), peer.figures()), Math.max(peer.others(), round.others()));
                }
            }
        }
        String prefix = settings.extensions() + " extensions: ";
        report.add(
                besideKaraf(prefix + "warm start to the first 200 of the last one, s", "%.2f", many, Figures::seconds)
                        .aim("≤ 6 s", many.median(pair -> pair.product().seconds()) <= MOST_SECONDS));
        report.add(besideKaraf(prefix + "resident memory, idle, MB", "%.0f", many, Figures::megabytes)
                .aim("≤ 450 MB", many.median(pair -> pair.product().megabytes()) <= MOST_MEGABYTES));
        report.add(besideNone(prefix + "warm start, s", "%.2f", many, none, Figures::seconds));
        report.add(besideNone(prefix + "resident memory, MB", "%.0f", many, none, Figures::megabytes));
        report.add(besideNone(prefix + "GET /api/v1/auth/me, one client, µs", "%.0f", many, none, Figures::micros));
    }

    private static Report.Row besideKaraf(
            String figure, String format, Rounds<Pair> many, ToDoubleFunction<Figures> value) {
        return Report.row(figure)
                .product(format.formatted(many.median(pair -> value.applyAsDouble(pair.product()))))
                .peer("Karaf with %d bundles ".formatted(BUNDLES)
                        + format.formatted(many.median(pair -> value.applyAsDouble(pair.karaf()))))
                .ratio(many.median(pair -> pair.ratio(value)))
                .rounds(many.describe());
    }

    private static Report.Row besideNone(
            String figure, String format, Rounds<Pair> many, Rounds<Figures> none, ToDoubleFunction<Figures> value) {
        double with = many.median(pair -> value.applyAsDouble(pair.product()));
        return Report.row(figure)
                .product(format.formatted(with))
                .peer("without any " + format.formatted(none.median(value)))
                .ratio(with / none.median(value))
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

    private Round round(Platform platform) {
        platform.stop();
        Watch watch = new Watch(List.of());
        platform.start();
        awaitOk(platform, last == null ? "/api/v1/auth/me" : "/api/v1/ext/" + last + "/shop");
        Watch.Cost start = watch.stop(List.of(platform.pid()));
        Watch idle = new Watch(List.of(platform.pid()));
        StartBenchmark.pause(settings.idle());
        double megabytes = Proc.residentMegabytes(platform.pid());
        double others =
                Math.max(start.otherCores(), idle.stop(List.of(platform.pid())).otherCores());
        requests(platform, WARM_UP);
        double micros = requests(platform, REQUESTS);
        Console.say(
                "  %s extensions: start %.2f s, %.0f MB, %.0f µs a request; others %.2f core",
                last == null ? 0 : settings.extensions(), start.seconds(), megabytes, micros, others);
        return new Round(new Figures(start.seconds(), megabytes, micros), others);
    }

    /** While the platform, with its extensions, idles; it costs little and is not counted as anybody else's. */
    private Round round(KarafPeer karaf) {
        karaf.stop();
        Watch watch = new Watch(List.of());
        karaf.start();
        Watch.Cost start = watch.stop(karaf.pids());
        Watch idle = new Watch(karaf.pids());
        StartBenchmark.pause(settings.idle());
        double megabytes = karaf.residentMegabytes();
        double others = Math.max(start.otherCores(), idle.stop(karaf.pids()).otherCores());
        karaf.stop();
        Console.say(
                "  Karaf with %d bundles: start %.2f s, %.0f MB; others %.2f core",
                BUNDLES, start.seconds(), megabytes, others);
        return new Round(new Figures(start.seconds(), megabytes, 0), others);
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
