package org.platformforge.itests.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.platformforge.itests.blackbox.Account;
import org.platformforge.itests.blackbox.Answer;
import org.platformforge.itests.blackbox.Marketplace;
import org.platformforge.itests.blackbox.Platform;
import org.platformforge.itests.blackbox.Publisher;
import org.platformforge.itests.extensions.Artifact;
import org.platformforge.itests.extensions.Shop;

/**
 * One extension twice for one tenant: signed and trusted in the platform's process (T1), and unsigned in a process of its own
 * (T2). A request to each in turn, with one client; the memory of the process; and its start.
 */
final class TierBenchmark {
    private static final int WARM_UP = 5000;
    private static final int REQUESTS = 2000;
    private static final int STARTS = 5;

    private final Settings settings;
    private final Report report;
    private final Platform platform;
    private final Marketplace tenant;

    /** @param micros of the median request @param cpuMicros of all the platform's processes, a request */
    private record Side(double micros, double cpuMicros) {}

    private record Round(Side inside, Side apart) {}

    TierBenchmark(Settings settings, Report report, Platform platform) {
        this.settings = settings;
        this.report = report;
        this.platform = platform;
        this.tenant = new Marketplace(platform, Account.register(platform));
    }

    void run() {
        Publisher trusted = Publisher.trusted(platform, "tier-");
        Publisher untrusted = Publisher.untrusted(platform, "tier-");
        String inside = trusted.id("shop");
        String apart = untrusted.id("shop");
        trusted.publish(Shop.small(inside, "1.0.0"));
        Artifact unsigned = Shop.small(apart, "1.0.0").build();
        Answer published = untrusted.marketplace().publish(unsigned, null);
        JsonNode plan = tenant.plan(apart, "1.0.0");
        if (published.status() != 201 || !plan.path("tier").asText().equals("T2")) {
            report.note("**Tier T2 not measured**: extensions have no processes of their own here: "
                    + plan.path("problems"));
            return;
        }
        tenant.install(inside, "1.0.0", Map.of());
        Rounds<Double> starts = starts(apart);
        requests(inside, WARM_UP);
        requests(apart, WARM_UP);
        Rounds<Round> rounds = new Rounds<>();
        while (rounds.goOn(settings.rounds())) {
            Watch watch = new Watch(List.of(platform.pid()));
            Round round = new Round(side(inside), side(apart));
            rounds.add(round, watch.stop(List.of(platform.pid())).otherCores());
        }
        report.add(row("request to its route, one client, p50 µs", rounds, Side::micros));
        report.add(row("request to its route, server CPU µs", rounds, Side::cpuMicros));
        report.add(Report.row("Extension in T2: resident memory of its process, MB")
                .product("%.0f"
                        .formatted(tenant.process(apart).path("memory_bytes").asDouble() / 1e6))
                .rounds("1"));
        report.add(Report.row("Extension in T2: POST to the first 200, p50 ms")
                .product("%.0f".formatted(starts.median(Double::doubleValue)))
                .rounds(starts.describe()));
        tenant.uninstall(inside);
        tenant.uninstall(apart);
    }

    private static Report.Row row(String figure, Rounds<Round> rounds, ToDoubleFunction<Side> value) {
        return Report.row("Extension in T2: " + figure)
                .product("%.0f".formatted(rounds.median(round -> value.applyAsDouble(round.apart()))))
                .peer("in T1 %.0f".formatted(rounds.median(round -> value.applyAsDouble(round.inside()))))
                .ratio(rounds.median(round -> value.applyAsDouble(round.apart()) / value.applyAsDouble(round.inside())))
                .rounds(rounds.describe());
    }

    /** Leaves it installed. */
    private Rounds<Double> starts(String id) {
        Rounds<Double> starts = new Rounds<>();
        for (int i = 0; i < STARTS; i++) {
            if (i > 0) {
                tenant.uninstall(id);
            }
            Watch watch = new Watch(List.of(platform.pid()));
            long before = System.nanoTime();
            tenant.install(id, "1.0.0", Map.of());
            requests(id, 1);
            double millis = (System.nanoTime() - before) / 1e6;
            starts.add(millis, watch.stop(List.of(platform.pid())).otherCores());
        }
        return starts;
    }

    private Side side(String id) {
        Watch watch = new Watch(List.of(platform.pid()));
        double micros = requests(id, REQUESTS);
        double cpu = watch.stop(List.of(platform.pid())).cpuSeconds();
        return new Side(micros, cpu * 1e6 / REQUESTS);
    }

    /** @return microseconds of the median request */
    private double requests(String id, int count) {
        double[] micros = new double[count];
        for (int i = 0; i < count; i++) {
            long start = System.nanoTime();
            Answer answer = tenant.call(id, "/shop");
            micros[i] = (System.nanoTime() - start) / 1e3;
            if (answer.status() != 200) {
                throw new IllegalStateException(answer.toString());
            }
        }
        return Rounds.median(micros);
    }
}
