package org.platformforge.itests.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
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
 * the gateway: on processes, and on LXD where {@code FORGE_LXD_URL} names a server as for the tests. The application is a few
 * lines of Python, so that the figure is the platform's and not the application's.
 */
final class DeployBenchmark {
    private static final double MOST_SECONDS = 1;
    private static final String DRIVER = "org.platformforge.driver.process.cfg";
    private static final String LXD = "org.platformforge.driver.lxd.cfg";
    private static final String CATALOG = "org.platformforge.catalog.cfg";
    private static final List<String> ENVIRONMENTS = List.of("staging", "lxd");
    private static final long POLL_NANOS = Duration.ofMillis(5).toNanos();
    private static final long CONFIGURED_NANOS = Duration.ofSeconds(5).toNanos();
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
        Map<String, String> shipped = new LinkedHashMap<>();
        try {
            for (String file : List.of(DRIVER, LXD, CATALOG)) {
                shipped.put(file, Files.readString(platform.config().resolve(file)));
            }
            try {
                prepare(shipped.get(DRIVER));
                measure("staging", "local", "processes");
                String url = System.getenv("FORGE_LXD_URL");
                if (url == null || url.isEmpty()) {
                    Console.say("  deploy on LXD: not measured, FORGE_LXD_URL names no server");
                } else {
                    useLxd(url, shipped);
                    measure("lxd", "lxd-cluster", "LXD");
                }
            } finally {
                for (String environment : ENVIRONMENTS) {
                    platform.http().delete("/api/v1/services/shop/environments/" + environment, account.bearer());
                }
                awaitThat(() -> get("/api/v1/resources").path("resources").isEmpty());
                for (Map.Entry<String, String> file : shipped.entrySet()) {
                    Files.writeString(platform.config().resolve(file.getKey()), file.getValue());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void prepare(String driver) throws IOException {
        // no name server knows it: what is deployed comes from disk, or not at all
        String host = UUID.randomUUID() + ".invalid";
        Path folder = Files.createTempDirectory(settings.target(), "repositories");
        GitRepository repository = new GitRepository(folder.resolve("shop"));
        repository.release("v1", Map.of("app.py", APP, "VERSION", "v1"));
        repository.release("v2", Map.of("VERSION", "v2"));
        write(DRIVER, driver, Map.of("repository.mirrors", "https://" + host + "/acme/=" + folder + "/"));
        created("/api/v1/services", """
                {"id": "shop", "name": "Shop", "owner": "Team", "repository": "https://%s/acme/shop",
                 "run": {"start": "exec python3 app.py"}}""".formatted(host));
    }

    private void useLxd(String url, Map<String, String> shipped) throws IOException {
        String certificates = System.getenv("FORGE_LXD_CERTIFICATES");
        write(CATALOG, shipped.get(CATALOG), Map.of("cluster.engines", "lxd-cluster=lxd"));
        write(
                LXD,
                shipped.get(LXD),
                Map.of(
                        "url", url,
                        "client.certificate", certificates + "/client.crt",
                        "client.key", certificates + "/client.key",
                        "server.certificate", certificates + "/server.crt",
                        "image", "forge"));
        // nothing tells when a configuration is read; what it says applies to what is asked for afterwards
        LockSupport.parkNanos(CONFIGURED_NANOS);
    }

    private void write(String file, String content, Map<String, String> values) throws IOException {
        String changed = content;
        for (Map.Entry<String, String> value : values.entrySet()) {
            changed = changed.replaceFirst(
                    "(?m)^" + value.getKey().replace(".", "\\.") + " =.*$", value.getKey() + " = " + value.getValue());
        }
        Files.writeString(platform.config().resolve(file), changed);
    }

    private void measure(String environment, String cluster, String engine) {
        created("/api/v1/environments", """
                {"name": "%s", "type": "staging", "cluster": "%s", "namespace": "shop"}""".formatted(environment, cluster));
        deployed(environment, "v1");
        deployed(environment, "v2");

        Rounds<Double> rounds = new Rounds<>();
        for (int i = 0; i < settings.provisions(); i++) {
            // release 1 has version v1, release 2 version v2, and so on
            int number = i % 2 + 1;
            Watch watch = new Watch(List.of(platform.pid()));
            String release = accepted("/api/v1/services/shop/rollback", """
                    {"environment": "%s", "release": %d}""".formatted(environment, number));
            awaitThat(() -> serves("v" + number));
            Watch.Cost cost = watch.stop(List.of(platform.pid()));
            ended(release);
            rounds.add(cost.seconds(), cost.otherCores());
            Console.say("  deploy on %s %.2f s; others %.2f core", engine, cost.seconds(), cost.otherCores());
        }
        double seconds = rounds.median(Double::doubleValue);
        Report.Row row = Report.row(
                        "Deploy of a built artifact on " + engine + ", POST to the first 200 through the gateway, s")
                .product("%.2f".formatted(seconds))
                .rounds(rounds.describe());
        report.add(engine.equals("LXD") ? row : row.aim("≤ 1 s", seconds <= MOST_SECONDS));
    }

    private boolean serves(String version) {
        Answer answer = platform.http().get("/", "Host", address);
        return answer.status() == 200 && answer.text().equals(version);
    }

    private void deployed(String environment, String version) {
        ended(accepted("/api/v1/services/shop/deploy", """
                {"environment": "%s", "version": "%s", "config": {"replicas": 1, "observe_seconds": 0}}""".formatted(environment, version)));
        for (JsonNode deployment : get("/api/v1/services/shop").path("deployments")) {
            if (deployment.path("environment").asText().equals(environment)) {
                address = URI.create(deployment.path("url").asText()).getAuthority();
            }
        }
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
