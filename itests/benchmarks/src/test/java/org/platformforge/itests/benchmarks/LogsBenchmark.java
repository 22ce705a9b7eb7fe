package org.platformforge.itests.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.platformforge.infrastructure.logs.LogEntry;
import org.platformforge.infrastructure.logs.LogStore;
import org.platformforge.itests.blackbox.Account;
import org.platformforge.itests.blackbox.Answer;
import org.platformforge.itests.blackbox.Platform;

/**
 * Questions to the log of a tenant with ten million lines, asked through the whole request chain, beside grep over the same lines in one
 * file that is in the page cache. A question is the newest hundred lines and how many there are.
 */
final class LogsBenchmark {
    private static final double MOST_SECONDS = 1;
    private static final int LINES = 10_000_000;
    private static final int QUICK_LINES = 200_000;
    private static final int BATCH = 1000;
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final String CONFIG = "org.platformforge.infrastructure.logs.cfg";
    private static final String[] SERVICES = {"api", "shop", "billing", "search", "mail", "worker", "gateway", "auth"};
    private static final String[] WHAT = {
        "GET /api/v1/orders answered 200 in %d ms for client %d",
        "POST /api/v1/payments answered 201 in %d ms for client %d",
        "cache miss for key user-%d of region %d",
        "job %d finished in %d ms",
        "connection %d of the pool was idle for %d s and is closed"
    };

    private final Settings settings;
    private final Report report;
    private final Platform platform;
    private final int lines;
    private final Account account;

    /** @param pattern of grep, for lines of {@link #text} */
    private record Question(String name, String query, String pattern) {}

    private record Round(double product, double peer) {}

    LogsBenchmark(Settings settings, Report report, Platform platform) {
        this.settings = settings;
        this.report = report;
        this.platform = platform;
        this.lines = settings.quick() ? QUICK_LINES : LINES;
        this.account = Account.register(platform);
    }

    void run() {
        Path config = platform.config().resolve(CONFIG);
        Path folder = platform.data().resolve("logs").resolve(account.tenantId());
        Path text = settings.target().resolve("lines.log");
        try {
            String shipped = Files.readString(config);
            try {
                Files.writeString(
                        config,
                        shipped.replaceAll("(?m)^(tenant.max.mb) = .*", "$1 = 10000")
                                .replaceAll("(?m)^(keep.days) = .*", "$1 = 36500"));
                write(folder, text);
                ask(text);
            } finally {
                Files.deleteIfExists(text);
                Files.writeString(config, shipped);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(Path folder, Path text) throws IOException {
        long spent = 0;
        long bytes;
        try (LogStore store = LogStore.open(folder);
                BufferedWriter out = Files.newBufferedWriter(text)) {
            SplittableRandom random = new SplittableRandom(1);
            List<LogEntry> batch = new ArrayList<>();
            for (int i = 0; i < lines; i++) {
                LogEntry entry = line(i, random);
                batch.add(entry);
                out.write(text(entry));
                if (batch.size() == BATCH || i == lines - 1) {
                    long begun = System.nanoTime();
                    store.append("benchmark", String.valueOf(i), batch);
                    spent += System.nanoTime() - begun;
                    batch.clear();
                }
            }
            store.flush();
            bytes = store.bytes();
        }
        report.add(Report.row("Log, %,d lines: written, one thread".formatted(lines))
                .product("%,.0f lines/s".formatted(lines / (spent / 1e9))));
        report.add(Report.row("Log, %,d lines: size with its index".formatted(lines))
                .product(mb(bytes))
                .peer(mb(Files.size(text)) + " as text")
                .ratio((double) bytes / Files.size(text)));
    }

    private static String mb(long bytes) {
        return "%.0f MB".formatted(bytes / 1048576.0);
    }

    /** A day of lines, whatever their number. */
    private LogEntry line(int i, SplittableRandom random) {
        int chance = random.nextInt(100);
        String level = chance < 1 ? "error" : chance < 4 ? "warn" : chance < 90 ? "info" : "debug";
        String message = level.equals("error")
                ? "connection to the database was lost after %d ms, attempt %d"
                        .formatted(random.nextInt(5000), random.nextInt(5))
                : WHAT[random.nextInt(WHAT.length)].formatted(random.nextInt(100_000), random.nextInt(1000));
        return new LogEntry(
                START.plusMillis(i * 86_400_000L / lines),
                level,
                SERVICES[random.nextInt(SERVICES.length)],
                "production",
                "instance-" + (1 + random.nextInt(3)),
                null,
                "req_" + Integer.toString(i, 36),
                message,
                null);
    }

    private static String text(LogEntry entry) {
        return entry.timestamp() + " " + entry.level() + " " + entry.service() + " " + entry.environment() + " "
                + entry.instance() + " " + entry.requestId() + " " + entry.message() + "\n";
    }

    private void ask(Path text) throws IOException {
        String middle = "req_" + Integer.toString(lines / 2, 36);
        List<Question> questions = List.of(
                new Question(
                        "errors of one service in one hour",
                        "level=error&service=billing&from=2026-01-01T12:00:00Z&to=2026-01-01T12:59:59.999Z",
                        "^2026-01-01T12:[^ ]* error billing "),
                new Question("errors of one service, all day", "level=error&service=billing", "^[^ ]* error billing "),
                new Question("one request's lines", "text=" + middle, middle + " "),
                new Question(
                        "a frequent text of one service",
                        "service=mail&text=cache+miss",
                        "^[^ ]* [^ ]* mail .*cache miss"),
                new Question("a text that is nowhere", "text=nosuchword", "nosuchword"),
                new Question("the newest lines", "", ""));
        platform.raiseRateLimits();
        try {
            for (Question question : questions) {
                measure(question, text);
            }
        } finally {
            platform.liftRateLimits();
        }
    }

    private void measure(Question question, Path text) throws IOException {
        long expected = grep(question, text, true);
        JsonNode answer = product(question);
        long total = answer.path("total").asLong();
        boolean capped = answer.path("total_capped").asBoolean();
        if (capped ? total > expected : total != expected) {
            throw new IllegalStateException(question.name() + ": " + total + " lines, and grep finds " + expected);
        }
        product(question);
        Rounds<Round> rounds = new Rounds<>();
        while (rounds.goOn(settings.fewRounds())) {
            Watch watch = new Watch(List.of(platform.pid()));
            long begun = System.nanoTime();
            product(question);
            long answered = System.nanoTime();
            double others = watch.stop(List.of(platform.pid())).otherCores();
            long between = System.nanoTime();
            grep(question, text, false);
            long ended = System.nanoTime();
            rounds.add(new Round((answered - begun) / 1e6, (ended - between) / 1e6), others);
        }
        double worst = rounds.maximum(Round::product);
        report.add(Report.row("Log, %,d lines: %s%s".formatted(lines, question.name(), capped ? ", count capped" : ""))
                .product("%.0f ms".formatted(rounds.median(Round::product)))
                .peer("%.0f ms, grep".formatted(rounds.median(Round::peer)))
                .ratio(rounds.median(round -> round.product() / round.peer()))
                .aim("< %.0f s, each".formatted(MOST_SECONDS), worst < MOST_SECONDS * 1000)
                .rounds(rounds.describe()));
    }

    private JsonNode product(Question question) {
        Answer answer = platform.http().get("/v1/infrastructure/logs?limit=100&" + question.query(), account.bearer());
        if (answer.status() != 200) {
            throw new IllegalStateException(answer.toString());
        }
        return answer.json();
    }

    /** @param count how many there are; otherwise the newest hundred, as people ask grep */
    private static long grep(Question question, Path text, boolean count) throws IOException {
        String command = count
                ? "LC_ALL=C grep -c -e \"$1\" \"$2\" || true"
                : "LC_ALL=C grep -e \"$1\" \"$2\" | tail -n 100 | wc -l";
        Process process = new ProcessBuilder("sh", "-c", command, "sh", question.pattern(), text.toString()).start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.US_ASCII);
        try {
            if (!process.waitFor(Duration.ofMinutes(2).toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("grep does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        return Long.parseLong(output.strip().toLowerCase(Locale.ROOT));
    }
}
