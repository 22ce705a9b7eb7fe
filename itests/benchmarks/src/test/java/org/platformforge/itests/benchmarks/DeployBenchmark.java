package org.platformforge.itests.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.platformforge.itests.blackbox.Account;
import org.platformforge.itests.blackbox.Answer;
import org.platformforge.itests.blackbox.GitRepository;
import org.platformforge.itests.blackbox.Platform;

/**
 * From the POST that brings an artifact that is built into service, in place of another, to the first answer of it through
 * the gateway. The application is a few lines of Python, so that the figure is the platform's and not the application's.
 */
final class DeployBenchmark {
    private static final double MOST_SECONDS = 1;
    private static final String DRIVER = "org.platformforge.driver.process.cfg";
    private static final long POLL_NANOS = Duration.ofMillis(5).toNanos();
    private static final long PATIENCE_NANOS = Duration.ofSeconds(90).toNanos();
    private static final String APP = """
            import os
            from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

            VERSION = open('VERSION').read().strip()


            class Handler(BaseHTTPRequestHandler):
                def do_GET(self):
                    self.send_response(200)
                    self.send_header('Content-Length', str(len(VERSION)))
                    self.end_headers()
                    self.wfile.write(VERSION.encode())

                def log_message(self, *arguments):
                    pass


            ThreadingHTTPServer((os.environ['HOST'], int(os.environ['PORT'])), Handler).serve_forever()
            """;

    private final Settings settings;
    private final Report report;
    private final Platform platform;
    private final Account account;
    private String address;

    DeployBenchmark(Settings settings, Report report, Platform platform) {
        this.settings = settings;
        this.report = report;
        this.platform = platform;
        this.account = Account.register(platform);
    }

    void run() {
        Path driver = platform.config().resolve(DRIVER);
        try {
            String shipped = Files.readString(driver);
            try {
                measure(driver, shipped);
            } finally {
                platform.http().delete("/api/v1/services/shop/environments/staging", account.bearer());
                awaitThat(() -> get("/api/v1/resources").path("resources").isEmpty());
                Files.writeString(driver, shipped);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void measure(Path driver, String shipped) throws IOException {
        // no name server knows it: what is deployed comes from disk, or not at all
        String host = UUID.randomUUID() + ".invalid";
        Path folder = Files.createTempDirectory(settings.target(), "repositories");
        GitRepository repository = new GitRepository(folder.resolve("shop"));
        repository.release("v1", Map.of("app.py", APP, "VERSION", "v1"));
        repository.release("v2", Map.of("VERSION", "v2"));
        Files.writeString(
                driver,
                shipped.replaceFirst(
                        "(?m)^repository.mirrors =.*$",
                        "repository.mirrors = https://" + host + "/acme/=" + folder + "/"));
        created("/api/v1/environments", """
                {"name": "staging", "type": "staging", "cluster": "local", "namespace": "staging"}""");
        created("/api/v1/services", """
                {"id": "shop", "name": "Shop", "owner": "Team", "repository": "https://%s/acme/shop",
                 "run": {"start": "exec python3 app.py"}}""".formatted(host));
        deployed("v1");
        deployed("v2");

        Rounds<Double> rounds = new Rounds<>();
        for (int i = 0; i < settings.provisions(); i++) {
            // release 1 has version v1, release 2 version v2, and so on
            int number = i % 2 + 1;
            Watch watch = new Watch(List.of(platform.pid()));
            String release = accepted("/api/v1/services/shop/rollback", """
                    {"environment": "staging", "release": %d}""".formatted(number));
            awaitThat(() -> serves("v" + number));
            Watch.Cost cost = watch.stop(List.of(platform.pid()));
            ended(release);
            rounds.add(cost.seconds(), cost.otherCores());
            Console.say("  deploy %.2f s; others %.2f core", cost.seconds(), cost.otherCores());
        }
        double seconds = rounds.median(Double::doubleValue);
        report.add(Report.row("Deploy of a built artifact on processes, POST to the first 200 through the gateway, s")
                .product("%.2f".formatted(seconds))
                .aim("≤ 1 s", seconds <= MOST_SECONDS)
                .rounds(rounds.describe()));
    }

    private boolean serves(String version) {
        Answer answer = platform.http().get("/", "Host", address);
        return answer.status() == 200 && answer.text().equals(version);
    }

    private void deployed(String version) {
        ended(accepted("/api/v1/services/shop/deploy", """
                {"environment": "staging", "version": "%s", "config": {"replicas": 1, "observe_seconds": 0}}""".formatted(version)));
        address = URI.create(get("/api/v1/services/shop")
                        .path("deployments")
                        .path(0)
                        .path("url")
                        .asText())
                .getAuthority();
    }

    private void created(String path, String json) {
        Answer answer = platform.http().post(path, json, account.bearer());
        if (answer.status() != 201) {
            throw new IllegalStateException(answer.toString());
        }
    }

    /** @return the path of the release */
    private String accepted(String path, String json) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        Answer answer = platform.http().post(path, json, account.bearer());
        // the mirror is known a moment after its file was written
        while (answer.text().contains("its host cannot be found") && System.nanoTime() < deadline) {
            LockSupport.parkNanos(POLL_NANOS);
            answer = platform.http().post(path, json, account.bearer());
        }
        if (answer.status() != 202) {
            throw new IllegalStateException(answer.toString());
        }
        return "/api/v1/services/shop/releases/" + answer.json().path("id").asText();
    }

    private void ended(String release) {
        awaitThat(() -> !List.of("pending", "building", "deploying")
                .contains(get(release).path("status").asText()));
        JsonNode end = get(release);
        if (!end.path("status").asText().equals("active")) {
            throw new IllegalStateException(end.toString());
        }
    }

    private JsonNode get(String path) {
        return platform.http().get(path, account.bearer()).json();
    }

    private static void awaitThat(BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("It did not come to pass");
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }
}
