package org.platformforge.itests.benchmarks;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * Puts several targets under load, one after the other in every round, so that what the machine does to one it does to
 * all. Not thread-safe.
 */
final class Load {
    private static final double STEADY = 0.95;

    private final Settings settings;
    private final int wanted;
    private final List<Target> targets;
    private final int products;
    private final Rounds<List<Figures>> rounds = new Rounds<>();

    /**
     * @param servers pids of the process trees whose processor time its answers cost
     * @param database pid of the database's process tree, which is counted for itself; empty when it has none
     * @param script of the load tool, made anew for each of its runs; empty for GET
     */
    record Target(
            String name,
            URI uri,
            Map<String, String> headers,
            List<Long> servers,
            List<Long> database,
            Supplier<String> script) {
        Target(String name, URI uri, Map<String, String> headers, List<Long> servers) {
            this(name, uri, headers, servers, List.of(), () -> "");
        }

        List<Long> all() {
            return Stream.concat(servers.stream(), database.stream()).toList();
        }
    }

    /**
     * @param cpuMicros user and system time of the servers for one request
     * @param databaseMicros the same of the database, where it has processes of its own
     */
    record Figures(double cpuMicros, double databaseMicros, double perSecond, double p50Micros, double p99Micros) {}

    /**
     * @param rounds that are to be undisturbed
     * @param products named as the table names their figures
     */
    Load(Settings settings, int rounds, List<Target> products, List<Target> peers) {
        this.settings = settings;
        this.wanted = rounds;
        this.products = products.size();
        this.targets = Stream.concat(products.stream(), peers.stream()).toList();
    }

    /** @throws IllegalStateException when a request fails */
    Load run() {
        targets.forEach(this::warmUp);
        while (rounds.goOn(wanted)) {
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
        String script = target.script().get();
        long database = Proc.ticks(target.database());
        Watch watch = new Watch(target.all());
        Wrk.Result result = Wrk.run(target.uri(), target.headers(), settings.connections(), time, script);
        Watch.Cost cost = watch.stop(target.all());
        double databaseSeconds = (Proc.ticks(target.database()) - database) / Proc.TICKS_PER_SECOND;
        check(target, result);
        Figures figures = new Figures(
                (cost.cpuSeconds() - databaseSeconds) * 1e6 / result.requests(),
                databaseSeconds * 1e6 / result.requests(),
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
            Figures figures = round.get(i);
            texts.add("%s %.1f µs, %,.0f/s".formatted(targets.get(i).name(), figures.cpuMicros(), figures.perSecond()));
        }
        return String.join("; ", texts);
    }

    /**
     * The rows of a product against every peer: processor time, then throughput, then latency.
     *
     * @param product its place among the targets
     * @param most CPU µs a request that are the aim; null for none
     */
    void report(Report report, int product, Double most) {
        reportCpu(report, product, most);
        for (int peer = products; peer < targets.size(); peer++) {
            report.add(throughput(product, peer));
        }
        reportLatency(report, product);
    }

    void reportCpu(Report report, int product, Double most) {
        for (int peer = products; peer < targets.size(); peer++) {
            Report.Row row = row("CPU µs a request", product, peer, Figures::cpuMicros, "%.1f");
            report.add(
                    most == null
                            ? row
                            : row.aim("≤ %.0f µs".formatted(most), median(product, Figures::cpuMicros) <= most));
        }
    }

    /** What the database's own processes spend, beside what they spend for a peer. */
    void reportDatabaseCpu(Report report, int product) {
        for (int peer = products; peer < targets.size(); peer++) {
            report.add(row("the database's CPU µs a request", product, peer, Figures::databaseMicros, "%.1f"));
        }
    }

    void reportLatency(Report report, int product) {
        for (int peer = products; peer < targets.size(); peer++) {
            report.add(row("p50 µs", product, peer, Figures::p50Micros, "%,.0f"));
            report.add(row("p99 µs", product, peer, Figures::p99Micros, "%,.0f"));
        }
    }

    /** For an aim to be put to it. */
    Report.Row throughput(int product, int peer) {
        return row("requests/s", product, peer, Figures::perSecond, "%,.0f");
    }

    private Report.Row row(String unit, int product, int peer, ToDoubleFunction<Figures> value, String format) {
        return Report.row(targets.get(product).name() + ", " + unit)
                .product(format.formatted(median(product, value)))
                .peer(targets.get(peer).name() + " " + format.formatted(median(peer, value)))
                .ratio(ratio(product, peer, value))
                .rounds(rounds.describe());
    }

    /** The median of the rounds' ratios. */
    double ratio(int product, int peer, ToDoubleFunction<Figures> value) {
        return rounds.median(round -> value.applyAsDouble(round.get(product)) / value.applyAsDouble(round.get(peer)));
    }

    double median(int target, ToDoubleFunction<Figures> value) {
        return rounds.median(round -> value.applyAsDouble(round.get(target)));
    }

    String describe() {
        return rounds.describe();
    }
}
