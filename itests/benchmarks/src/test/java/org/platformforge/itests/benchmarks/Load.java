package org.platformforge.itests.benchmarks;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Puts several targets under load, one after the other in every round, so that what the machine does to one it does to
 * all. The first target is the product. Not thread-safe.
 */
final class Load {
    private static final double STEADY = 0.95;

    private final Settings settings;
    private final List<Target> targets;
    private final Rounds<List<Figures>> rounds = new Rounds<>();

    /** @param servers pids of the process trees whose processor time its answers cost */
    record Target(String name, URI uri, Map<String, String> headers, List<Long> servers) {}

    /** @param cpuMicros user and system time of the servers for one request */
    record Figures(double cpuMicros, double perSecond, double p50Micros, double p99Micros) {}

    Load(Settings settings, List<Target> targets) {
        this.settings = settings;
        this.targets = List.copyOf(targets);
    }

    /** @throws IllegalStateException when a request fails */
    Load run() {
        targets.forEach(this::warmUp);
        while (rounds.undisturbed() < settings.rounds() && rounds.size() < settings.mostRounds()) {
            List<Figures> round = new ArrayList<>();
            double others = 0;
            for (Target target : targets) {
                Measured measured = measure(target, settings.roundTime());
                round.add(measured.figures());
                others = Math.max(others, measured.otherCores());
            }
            rounds.add(round, others);
            Console.say("  round %d: %s; others %.2f core", rounds.size(), cpu(round), others);
        }
        return this;
    }

    private record Measured(Figures figures, double otherCores) {}

    private Measured measure(Target target, Duration time) {
        Watch watch = new Watch(target.servers());
        Wrk.Result result = Wrk.run(target.uri(), target.headers(), settings.connections(), time);
        Watch.Cost cost = watch.stop(target.servers());
        check(target, result);
        Figures figures = new Figures(
                cost.cpuSeconds() * 1e6 / result.requests(),
                result.requests() / result.seconds(),
                result.p50Micros(),
                result.p99Micros());
        return new Measured(figures, cost.otherCores());
    }

    /** Until the optimising compiler has done what it does: a request costs about as much as just before. */
    private void warmUp(Target target) {
        double before = Double.MAX_VALUE;
        for (int i = 0; i < settings.mostWarmUps(); i++) {
            double now = measure(target, settings.warmUp()).figures().cpuMicros();
            Console.say("  warming up: %s %.1f µs", target.name(), now);
            if (now > STEADY * before) {
                return;
            }
            before = now;
        }
    }

    private static void check(Target target, Wrk.Result result) {
        if (result.failed() > 0) {
            throw new IllegalStateException(
                    "%s: %d of %d requests failed".formatted(target.name(), result.failed(), result.requests()));
        }
    }

    private String cpu(List<Figures> round) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < targets.size(); i++) {
            texts.add("%s %.1f µs".formatted(targets.get(i).name(), round.get(i).cpuMicros()));
        }
        return String.join(", ", texts);
    }

    /** The rows of the product against every peer: processor time, then throughput, then latency. */
    void report(Report report, String figure, String cpuAim, Double mostCpuMicros) {
        for (int peer = 1; peer < targets.size(); peer++) {
            report.add(row(figure + ", CPU µs a request", peer, Figures::cpuMicros, "%.1f")
                    .aim(cpuAim, mostCpuMicros == null ? null : product(Figures::cpuMicros) <= mostCpuMicros));
        }
        for (int peer = 1; peer < targets.size(); peer++) {
            report.add(row(figure + ", requests/s", peer, Figures::perSecond, "%,.0f"));
        }
        for (int peer = 1; peer < targets.size(); peer++) {
            report.add(row(figure + ", p50 µs", peer, Figures::p50Micros, "%,.0f"));
            report.add(row(figure + ", p99 µs", peer, Figures::p99Micros, "%,.0f"));
        }
    }

    private Report.Row row(String figure, int peer, ToDoubleFunction<Figures> value, String format) {
        double ratio = rounds.median(
                round -> value.applyAsDouble(round.get(0)) / value.applyAsDouble(round.get(peer)));
        double peers = rounds.median(round -> value.applyAsDouble(round.get(peer)));
        return Report.row(figure)
                .product(format.formatted(product(value)))
                .peer(targets.get(peer).name() + " " + format.formatted(peers))
                .ratio(ratio)
                .rounds(rounds.describe());
    }

    double product(ToDoubleFunction<Figures> value) {
        return rounds.median(round -> value.applyAsDouble(round.get(0)));
    }
}
