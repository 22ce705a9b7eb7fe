package org.platformforge.itests.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.platformforge.itests.blackbox.Account;
import org.platformforge.itests.blackbox.Apps;
import org.platformforge.itests.blackbox.Clients;
import org.platformforge.itests.blackbox.Platform;

/** Updates of the module that answers, while clients ask it. */
final class SwapBenchmark {
    private static final String MODULE = "org.platformforge.provisioning";
    private static final double MOST_MILLIS = 100;
    private static final int CLIENTS = 8;
    private static final int PAUSE_MILLIS = 5;
    /** One session of the shell makes several updates: the figure is the platform's, not that of a JVM's start. */
    private static final int UPDATES_A_SESSION = 20;

    private final Settings settings;
    private final Report report;
    private final Platform platform;

    SwapBenchmark(Settings settings, Report report, Platform platform) {
        this.settings = settings;
        this.report = report;
        this.platform = platform;
    }

    void run() {
        Account account = Account.register(platform);
        Apps apps = new Apps(platform, account);
        apps.create();
        String path = "/api/v1/resources/" + apps.resources().get(0).path("id").asText();
        Clients clients =
                new Clients(CLIENTS, PAUSE_MILLIS, 200, () -> platform.http().get(path, account.bearer()));
        Rounds<List<Double>> sessions = new Rounds<>();
        Watch whole = new Watch(List.of(platform.pid()));
        try (clients) {
            for (int done = 0; done < settings.swaps(); ) {
                int updates = Math.min(UPDATES_A_SESSION, settings.swaps() - done);
                Watch watch = new Watch(List.of(platform.pid()));
                List<Double> ready = update(updates);
                double others = watch.stop(List.of(platform.pid())).otherCores();
                sessions.add(ready, others);
                done += updates;
                Console.say(
                        "  %d updates, ready after %.0f ms (median); others %.2f core", updates, median(ready), others);
            }
        }
        double seconds = whole.stop(List.of(platform.pid())).seconds();
        report(sessions, clients, clients.successes() / seconds);
        apps.deleteAll();
    }

    private void report(Rounds<List<Double>> sessions, Clients clients, double rate) {
        List<Double> ready = sessions.kept().stream().flatMap(List::stream).toList();
        String figure = "%d updates of provisioning, %d clients at %,.0f requests/s: ";
        String prefix = figure.formatted(settings.swaps(), CLIENTS, rate);
        report.add(Report.row(prefix + "ready, p50 ms")
                .product("%.0f".formatted(median(ready)))
                .aim("< 100 ms", median(ready) < MOST_MILLIS)
                .rounds(sessions.describe()));
        report.add(Report.row(prefix + "ready, slowest ms")
                .product("%.0f".formatted(Collections.max(ready)))
                .aim("< 100 ms", Collections.max(ready) < MOST_MILLIS)
                .rounds(sessions.describe()));
        report.add(Report.row(prefix + "failed requests")
                .product(Integer.toString(clients.failures().size()))
                .aim("0", clients.failures().isEmpty())
                .rounds(Integer.toString(sessions.size())));
        clients.failures().stream().limit(3).forEach(failure -> report.note("Failed during an update: " + failure));
    }

    private static double median(List<Double> values) {
        return Rounds.median(values.stream().mapToDouble(value -> value).toArray());
    }

    /** @return milliseconds until the new version served, of each */
    private List<Double> update(int times) {
        String command = "forge:module-update --json " + file();
        Platform.Output output = platform.shell(String.join("; ", Collections.nCopies(times, command)));
        if (output.exitCode() != 0) {
            throw new IllegalStateException("An update failed: " + output.text());
        }
        List<Double> ready = new ArrayList<>();
        try (MappingIterator<JsonNode> updates =
                new ObjectMapper().readerFor(JsonNode.class).readValues(output.text())) {
            updates.forEachRemaining(
                    update -> ready.add(update.path("ready_millis").asDouble()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (ready.size() != times) {
            throw new IllegalStateException(times + " updates were asked for, and this is what came: " + output.text());
        }
        return ready;
    }

    private Path file() {
        Path folder =
                settings.distribution().resolve("system/org/platformforge").resolve(MODULE);
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
