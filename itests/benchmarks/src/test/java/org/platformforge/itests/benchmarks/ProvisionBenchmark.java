package org.platformforge.itests.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToDoubleFunction;
import org.platformforge.itests.blackbox.Account;
import org.platformforge.itests.blackbox.Answer;
import org.platformforge.itests.blackbox.Apps;
import org.platformforge.itests.blackbox.Http;
import org.platformforge.itests.blackbox.Platform;

/**
 * From the POST that provisions the template {@code web-app} to the first 200 through the gateway; beside it the
 * application's own command, started by hand and asked on its own port, which is the limit.
 */
final class ProvisionBenchmark {
    private static final double MOST_SECONDS = 2;
    private static final long POLL_NANOS = Duration.ofMillis(5).toNanos();
    private static final long PATIENCE_NANOS = Duration.ofSeconds(60).toNanos();

    private final Settings settings;
    private final Report report;
    private final Platform platform;

    private record Made(Watch.Cost product, Watch.Cost bare) {}

    ProvisionBenchmark(Settings settings, Report report, Platform platform) {
        this.settings = settings;
        this.report = report;
        this.platform = platform;
    }

    void run() {
        Account account = Account.register(platform);
        Apps apps = new Apps(platform, account);
        apps.create();
        apps.deleteAll();
        Rounds<Made> rounds = new Rounds<>();
        for (int i = 0; i < settings.provisions(); i++) {
            Made made = round(apps, account);
            rounds.add(made, Math.max(made.product().otherCores(), made.bare().otherCores()));
            Console.say(
                    "  provision %.2f s, bare process %.2f s; others %.2f, %.2f core",
                    made.product().seconds(),
                    made.bare().seconds(),
                    made.product().otherCores(),
                    made.bare().otherCores());
        }
        double seconds = rounds.median(made -> made.product().seconds());
        report.add(row("CPU s (platform and application)", rounds, Watch.Cost::cpuSeconds));
        report.add(row("s, median", rounds, Watch.Cost::seconds).aim("< 2 s", seconds < MOST_SECONDS));
        report.add(Report.row("POST /provision to the first 200 through the gateway, s, slowest")
                .product("%.2f".formatted(rounds.maximum(made -> made.product().seconds())))
                .rounds(rounds.describe()));
    }

    private static Report.Row row(String figure, Rounds<Made> rounds, ToDoubleFunction<Watch.Cost> value) {
        return Report.row("POST /provision to the first 200 through the gateway, " + figure)
                .product("%.2f".formatted(rounds.median(made -> value.applyAsDouble(made.product()))))
                .peer("the same process by hand %.2f"
                        .formatted(rounds.median(made -> value.applyAsDouble(made.bare()))))
                .ratio(rounds.median(made -> value.applyAsDouble(made.product()) / value.applyAsDouble(made.bare())))
                .rounds(rounds.describe());
    }

    private Made round(Apps apps, Account account) {
        String name = "bench-" + UUID.randomUUID().toString().substring(0, 8);
        String host = name + "-test.localhost:" + platform.httpPort();
        List<Long> here = List.of(platform.pid());
        Watch watch = new Watch(here);
        Answer accepted = platform.http().post("/api/v1/provision", """
                        {"template": "web-app", "parameters": {"app_name": "%s", "environment": "test"}}""".formatted(name), account.bearer());
        if (accepted.status() != 202) {
            throw new IllegalStateException("The provision was not accepted: " + accepted);
        }
        awaitOk(platform.http(), "Host", host);
        Watch.Cost product = watch.stop(here);

        apps.ended(accepted.json().path("provision_id").asText());
        Watch.Cost bare = bare(Application.only(platform, apps).pid());
        apps.deleteAll();
        return new Made(product, bare);
    }

    /** The same command with the same environment in the same folder, except for the port. */
    private static Watch.Cost bare(long like) {
        int port = freePort();
        ProcessBuilder builder = new ProcessBuilder(Proc.commandLine(like))
                .directory(Proc.workingDirectory(like).toFile());
        builder.environment().clear();
        for (String variable : Proc.environment(like)) {
            String[] nameAndValue = variable.split("=", 2);
            builder.environment().put(nameAndValue[0], nameAndValue[1]);
        }
        builder.environment().put("PORT", Integer.toString(port));
        // by which the platform finds processes that are its own
        builder.environment().remove("FORGE_APPS");
        builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        Watch watch = new Watch(List.of());
        try (Fork process = new Fork(builder)) {
            awaitOk(new Http("http://127.0.0.1:" + port));
            return watch.stop(List.of(process.pid()));
        }
    }

    private static void awaitOk(Http http, String... headers) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!isOk(http, headers)) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("No 200 within a minute");
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private static boolean isOk(Http http, String... headers) {
        try {
            return http.get("/", headers).status() == 200;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
