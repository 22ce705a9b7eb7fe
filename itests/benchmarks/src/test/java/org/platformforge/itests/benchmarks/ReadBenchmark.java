package org.platformforge.itests.benchmarks;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.platformforge.itests.blackbox.Account;
import org.platformforge.itests.blackbox.Answer;
import org.platformforge.itests.blackbox.Apps;
import org.platformforge.itests.blackbox.Http;
import org.platformforge.itests.blackbox.Platform;

/** One resource's record through the whole request chain, and the same bytes from what stands below the chain. */
final class ReadBenchmark {
    private static final double MOST_CPU_MICROS = 45;
    private static final String TEMPLATE = "/api/v1/resources/{id}";
    /** Answers from the verified token: what the chain costs, and nothing else. */
    private static final String CHAIN = "/api/v1/auth/me";

    private final Settings settings;
    private final Report report;
    private final Platform platform;

    ReadBenchmark(Settings settings, Report report, Platform platform) {
        this.settings = settings;
        this.report = report;
        this.platform = platform;
    }

    void run() {
        Account account = Account.register(platform);
        Apps apps = new Apps(platform, account);
        apps.create();
        // a limit that is lifted altogether would cost nothing
        platform.raiseRateLimits();
        try {
            measure(
                    account,
                    "/api/v1/resources/" + Application.only(platform, apps).id());
        } finally {
            platform.liftRateLimits();
            apps.deleteAll();
        }
    }

    private void measure(Account account, String path) {
        byte[] body = platform.http().get(path, account.bearer()).body();
        Peers.install(settings, platform);
        Answer put = platform.http().send("PUT", "/bench/servlet", new String(body, StandardCharsets.UTF_8));
        if (put.status() != 204) {
            throw new IllegalStateException("The peers do not answer: " + put);
        }
        try (Fork jetty =
                Fork.like(platform.pid(), Jetty12Peer.class, Base64.getEncoder().encodeToString(body))) {
            List<Long> here = List.of(platform.pid());
            URI base = URI.create("http://127.0.0.1:" + platform.httpPort());
            List<Load.Target> products = List.of(
                    new Load.Target("GET " + TEMPLATE, base.resolve(path), headers(account), here),
                    new Load.Target("GET " + CHAIN + " (no database)", base.resolve(CHAIN), headers(account), here));
            List<Load.Target> peers = List.of(
                    new Load.Target(
                            "bare CXF + Jackson, same JVM", base.resolve("/bench/cxf/resources/1"), Map.of(), here),
                    new Load.Target("bare servlet, same JVM", base.resolve("/bench/servlet"), Map.of(), here),
                    new Load.Target("raw Jetty 12", jetty.address(), Map.of(), List.of(jetty.pid())));
            peers.forEach(peer -> checkBody(peer, body));
            Load load = new Load(settings, settings.rounds(), products, peers).run();
            load.report(report, 0, MOST_CPU_MICROS);
            load.reportCpu(report, 1, MOST_CPU_MICROS);
        }
    }

    private static Map<String, String> headers(Account account) {
        return Map.of(account.bearer()[0], account.bearer()[1]);
    }

    private static void checkBody(Load.Target peer, byte[] body) {
        Answer answer = new Http(peer.uri().toString()).get("");
        if (answer.status() != 200 || !Arrays.equals(answer.body(), body)) {
            throw new IllegalStateException(peer.name() + " does not answer with the record: " + answer);
        }
    }
}
