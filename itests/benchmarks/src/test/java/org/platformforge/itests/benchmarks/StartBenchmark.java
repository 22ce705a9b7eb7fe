package org.platformforge.itests.benchmarks;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import java.util.function.ToDoubleFunction;
import org.platformforge.itests.blackbox.Account;
import org.platformforge.itests.blackbox.Platform;

/** From the execution of {@code bin/forge start} to the first authenticated 200, and the memory of doing nothing. */
final class StartBenchmark {
    private static final double MOST_MEGABYTES = 300;
    private static final double MOST_SECONDS_MORE_AFTER_KILL = 2;

    private final Settings settings;
    private final Report report;
    private final Path jdk;
    private final double mostSeconds;
    private final Rounds<Start> cold = new Rounds<>();
    private final Rounds<Start> warm = new Rounds<>();
    /** Pairs: the warm start of the round, and the start after it was killed. */
    private final Rounds<List<Start>> killed = new Rounds<>();

    private final Rounds<Double> resident = new Rounds<>();

    private record Start(double seconds, double cpuSeconds) {}

    /** @param mostSeconds the aim of the warm start */
    StartBenchmark(Settings settings, Report report, Path jdk, double mostSeconds) {
        this.settings = settings;
        this.report = report;
        this.jdk = jdk;
        this.mostSeconds = mostSeconds;
    }

    void run() {
        String version = "JDK " + Settings.version(jdk);
        for (int i = 0; i < settings.starts(); i++) {
            try (Platform platform = new Platform(
                    settings.distribution(), settings.target().resolve("start"), Map.of("JAVA_HOME", jdk.toString()))) {
                round(platform, version);
            }
        }
        report.add(start(version + ": warm start to the first authenticated 200, CPU s", warm, Start::cpuSeconds));
        report.add(start(version + ": warm start to the first authenticated 200, s", warm, Start::seconds)
                .aim("≤ %.0f s".formatted(mostSeconds), warm.median(Start::seconds) <= mostSeconds));
        report.add(start(version + ": cold start (no data, no cache), s", cold, Start::seconds));
        double more = killed.median(pair -> pair.get(1).seconds() - pair.get(0).seconds());
        report.add(Report.row(version + ": start after kill -9, s more than the warm one")
                .product("%.2f".formatted(more))
                .aim("≤ %.0f s".formatted(MOST_SECONDS_MORE_AFTER_KILL), more <= MOST_SECONDS_MORE_AFTER_KILL)
                .rounds(killed.describe()));
        double megabytes = resident.median(value -> value);
        report.add(Report.row("%s: resident memory, idle for %d s, MB"
                        .formatted(version, settings.idle().toSeconds()))
                .product("%.0f".formatted(megabytes))
                .aim("≤ %.0f MB".formatted(MOST_MEGABYTES), megabytes <= MOST_MEGABYTES)
                .rounds(resident.describe()));
    }

    private static Report.Row start(String figure, Rounds<Start> rounds, ToDoubleFunction<Start> value) {
        return Report.row(figure)
                .product("%.2f".formatted(rounds.median(value)))
                .rounds(rounds.describe());
    }

    private void round(Platform platform, String version) {
        String email = Platform.OPERATOR_EMAIL;
        String[] token = new String[1];
        Timed coldStart = start(platform, () -> {
            token[0] =
                    Account.login(platform, email, Platform.OPERATOR_PASSWORD).accessToken();
            return isAuthenticated(platform, token[0]);
        });
        cold.add(coldStart.start(), coldStart.otherCores());
        platform.stop();

        Timed warmStart = start(platform, () -> isAuthenticated(platform, token[0]));
        warm.add(warmStart.start(), warmStart.otherCores());

        Watch idle = new Watch(List.of(platform.pid()));
        pause(settings.idle());
        double megabytes = Proc.residentMegabytes(platform.pid());
        resident.add(megabytes, idle.stop(List.of(platform.pid())).otherCores());

        platform.killNine();
        Timed afterKill = start(platform, () -> isAuthenticated(platform, token[0]));
        killed.add(
                List.of(warmStart.start(), afterKill.start()),
                Math.max(warmStart.otherCores(), afterKill.otherCores()));
        Console.say(
                "  %s: cold %.2f s, warm %.2f s, after kill -9 %.2f s, idle %.0f MB; others %.2f, %.2f, %.2f core",
                version,
                coldStart.start().seconds(),
                warmStart.start().seconds(),
                afterKill.start().seconds(),
                megabytes,
                coldStart.otherCores(),
                warmStart.otherCores(),
                afterKill.otherCores());
    }

    private record Timed(Start start, double otherCores) {}

    private static Timed start(Platform platform, BooleanSupplier answers) {
        Watch watch = new Watch(List.of());
        CompletableFuture<Void> launcher = CompletableFuture.runAsync(platform::start);
        while (!ready(answers)) {
            if (launcher.isCompletedExceptionally()) {
                launcher.join();
            }
            pause(Duration.ofMillis(5));
        }
        Watch.Cost cost = watch.stop(List.of(platform.pid()));
        try {
            launcher.join();
        } catch (CompletionException e) {
            throw new IllegalStateException("It answered, but bin/forge start failed", e);
        }
        return new Timed(new Start(cost.seconds(), cost.cpuSeconds()), cost.otherCores());
    }

    /** Nobody listens yet, or what listens is not ready. */
    private static boolean ready(BooleanSupplier answers) {
        try {
            return answers.getAsBoolean();
        } catch (UncheckedIOException | AssertionError e) {
            return false;
        }
    }

    private static boolean isAuthenticated(Platform platform, String token) {
        return platform.http().get("/api/v1/auth/me", Account.bearer(token)).status() == 200;
    }

    static void pause(Duration time) {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
