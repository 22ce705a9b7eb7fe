package org.platformforge.itests.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.platformforge.itests.blackbox.Platform;
import org.platformforge.itests.blackbox.Postgresql;

/**
 * Runs the benchmarks and prints the table. An aim that is not met is a result; the exit code is 1 only when something
 * could not be measured although all that it needs was there.
 */
public final class Benchmarks {
    private static final Set<String> NAMES = Set.of(
            "start",
            "read",
            "login",
            "refresh",
            "audit",
            "limits",
            "provision",
            "deploy",
            "gateway",
            "logs",
            "swap",
            "extension",
            "tier",
            "extensions",
            "soak");
    private static final Set<String> OWN_INSTANCE = Set.of("start", "extensions");
    /** Only when it is named: it takes longer than all the others. */
    private static final String SOAK = "soak";

    private static final Set<String> ON_POSTGRESQL = Set.of("refresh", "audit");
    private static final double MOST_SECONDS_TO_START = 3;
    private static final double MOST_SECONDS_TO_START_ON_25 = 2;
    /** From this version on the platform has no shell, which installs peers and updates modules. */
    private static final int NO_SHELL = 24;

    private final Settings settings = Settings.fromProperties();
    private final Report report = new Report();
    private final Optional<String> wrk = Wrk.version();
    private boolean failed;

    private Benchmarks() {}

    public static void main(String[] args) {
        System.exit(new Benchmarks().run() ? 0 : 1);
    }

    private boolean run() {
        if (!NAMES.containsAll(settings.only())) {
            throw new IllegalArgumentException("bench.only takes names out of " + NAMES + ", not " + settings.only());
        }
        if (!Files.isDirectory(Path.of("/proc/self"))) {
            Console.say("No benchmarks: they read processor times from Linux's /proc, and there is none.");
            return true;
        }
        if (settings.wants("start")) {
            start();
        }
        if (settings.wants("extensions")) {
            measure("extensions", () -> new ManyExtensionsBenchmark(settings, report).run());
        }
        if (NAMES.stream().anyMatch(name -> !OWN_INSTANCE.contains(name) && settings.wants(name))) {
            measure("instance", this::runningInstance);
        }
        if (ON_POSTGRESQL.stream().anyMatch(settings::wants)) {
            measure("instance on PostgreSQL", this::instanceOnPostgresql);
        }
        conditions();
        String table = report.markdown("Benchmarks, " + Instant.now().truncatedTo(ChronoUnit.MINUTES));
        write(settings.target().resolve("benchmarks.md"), table);
        return !failed;
    }

    private void start() {
        measure("start", () -> new StartBenchmark(settings, report, settings.jdk(), MOST_SECONDS_TO_START).run());
        if (settings.jdk25().isEmpty()) {
            skip("start on JDK 25", "none found; name one with -Dbench.jdk25=<its home>");
            return;
        }
        Path jdk25 = settings.jdk25().get();
        measure("start", () -> new StartBenchmark(settings, report, jdk25, MOST_SECONDS_TO_START_ON_25).run());
    }

    private void runningInstance() {
        try (Platform platform = new Platform(
                settings.distribution(),
                settings.target().resolve("instance"),
                Map.of("JAVA_HOME", settings.jdk().toString()))) {
            platform.start();
            onInstance("read", true, true, platform, it -> new ReadBenchmark(settings, report, it).run());
            onInstance("login", true, false, platform, it -> new LoginBenchmark(settings, report, it).run());
            onDatabase(platform, DatabaseUnderTest.DERBY);
            onInstance("limits", true, true, platform, it -> new LimitsBenchmark(settings, report, it).run());
            onInstance("provision", false, false, platform, it -> new ProvisionBenchmark(settings, report, it).run());
            onInstance("deploy", false, false, platform, it -> new DeployBenchmark(settings, report, it).run());
            onInstance("gateway", true, false, platform, it -> new GatewayBenchmark(settings, report, it).run());
            onInstance("logs", false, false, platform, it -> new LogsBenchmark(settings, report, it).run());
            onInstance("extension", false, false, platform, it -> new ExtensionBenchmark(settings, report, it).run());
            onInstance("tier", false, false, platform, it -> new TierBenchmark(settings, report, it).run());
            if (settings.only().contains(SOAK)) {
                onInstance(SOAK, true, true, platform, it -> new SoakBenchmark(settings, report, it).run());
            }
            onInstance("swap", false, true, platform, it -> new SwapBenchmark(settings, report, it).run());
        }
    }

    private void instanceOnPostgresql() {
        try (Postgresql database = Postgresql.durable()) {
            Map<String, String> environment = new HashMap<>(database.environment());
            environment.put("JAVA_HOME", settings.jdk().toString());
            try (Platform platform = new Platform(
                    settings.distribution(), settings.target().resolve("instance-postgresql"), environment)) {
                platform.start();
                onDatabase(platform, DatabaseUnderTest.postgresql(database.pid()));
            }
        }
    }

    private void onDatabase(Platform platform, DatabaseUnderTest database) {
        onInstance("refresh", true, true, platform, it -> new RefreshBenchmark(settings, report, it, database).run());
        onInstance("audit", true, true, platform, it -> new AuditBenchmark(settings, report, it, database).run());
    }

    private void onInstance(
            String name, boolean needsWrk, boolean needsShell, Platform platform, Consumer<Platform> benchmark) {
        if (!settings.wants(name)) {
            return;
        }
        if (needsWrk && wrk.isEmpty()) {
            skip(name, "wrk is not installed (Debian: apt-get install wrk)");
        } else if (needsShell && Integer.parseInt(Settings.version(settings.jdk())) >= NO_SHELL) {
            skip(name, "it needs the platform's shell, which Java 24 and newer do not have; -Dbench.jdk=<a JDK 17>");
        } else {
            measure(name, () -> benchmark.accept(platform));
        }
    }

    private void measure(String name, Runnable benchmark) {
        Console.say("%s …", name);
        try {
            benchmark.run();
        } catch (RuntimeException | AssertionError e) {
            // the others are worth having all the same
            failed = true;
            e.printStackTrace();
            report.note("**" + name + " failed**: " + e.getMessage());
        }
    }

    private void skip(String name, String reason) {
        Console.say("%s: not measured: %s", name, reason);
        report.note("**" + name + " not measured**: " + reason);
    }

    private void conditions() {
        if (settings.quick()) {
            report.note("**A quick run**, to see that all works: too short to measure anything.");
        }
        if (report.disturbed() > 0) {
            report.note(
                    ("**The machine was busy**: in %d rows every round was disturbed by other processes. They are kept,"
                                    + " and say less than they seem to: times are too long, ratios more reliable.")
                            .formatted(report.disturbed()));
        }
        report.note(
                "Ratio: product / peer, median of the rounds' ratios. A round is all sides, one after the other; one "
                        + "during which other processes used more than %.2f core is discarded, unless all were disturbed."
                                .formatted(Rounds.TOLERATED_CORES));
        report.note(
                "CPU: user and system time of the servers' process trees. %d processors, shared with the load tool: "
                                .formatted(Runtime.getRuntime().availableProcessors())
                        + "%s, 1 thread, %d connections, %d s for each side of a round, warmed up in stretches of %d s until steady."
                                .formatted(
                                        wrk.orElse("no wrk"),
                                        settings.connections(),
                                        settings.roundTime().toSeconds(),
                                        settings.warmUp().toSeconds()));
        report.note("JDK %s, %s %s; %s."
                .formatted(
                        Settings.version(settings.jdk()),
                        System.getProperty("os.name"),
                        System.getProperty("os.version"),
                        processor()));
    }

    private static String processor() {
        try {
            return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.replaceAll(".*: ", ""))
                    .distinct()
                    .collect(Collectors.joining(", "));
        } catch (IOException e) {
            return "unknown processor";
        }
    }

    private static void write(Path file, String table) {
        try {
            Files.writeString(file, table);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        System.out.println("\n" + table + "\n(also in " + file + ")");
    }
}
