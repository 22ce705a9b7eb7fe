package org.platformforge.itests.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What to measure, and how long. Each value is the system property {@code bench.<name>}; an empty one is its default.
 *
 * @param target where the table and the instances go
 * @param peers the bundle of the peers that run in the platform
 * @param karaf Apache Karaf as it is delivered, unpacked
 * @param only the benchmarks to run; empty for all
 * @param rounds of a load
 * @param fewRounds of the loads that write: unless asked for more, as many as a median takes
 * @param roundTime of the load tool, for each target in each round
 * @param warmUp of the load tool, for each target, again and again until it is warm
 * @param mostWarmUps how often at most
 * @param idle from ready until the resident memory is read
 * @param soak how long more is asked for than can be done
 * @param jdk the main one's home
 */
record Settings(
        Path distribution,
        Path target,
        Path peers,
        Path karaf,
        boolean quick,
        Set<String> only,
        int rounds,
        int fewRounds,
        Duration roundTime,
        Duration warmUp,
        int mostWarmUps,
        int connections,
        int starts,
        Duration idle,
        int provisions,
        int swaps,
        int installs,
        int extensions,
        Duration soak,
        Path jdk,
        Optional<Path> jdk25) {
    private static final String JDK_25 = "25";

    static Settings fromProperties() {
        boolean quick = text("quick").map(value -> !value.equals("false")).orElse(false);
        return new Settings(
                Path.of(System.getProperty("forge.distribution")),
                Path.of(System.getProperty("bench.target")),
                Path.of(System.getProperty("bench.peers")),
                Path.of(System.getProperty("bench.karaf")),
                quick,
                Set.of(text("only").map(names -> names.split(",")).orElse(new String[0])),
                number("rounds", quick ? 3 : 5),
                number("rounds", 3),
                Duration.ofSeconds(number("seconds", quick ? 2 : 4)),
                Duration.ofSeconds(number("warmup", quick ? 2 : 5)),
                quick ? 1 : 8,
                number("connections", 8),
                number("starts", quick ? 1 : 3),
                Duration.ofSeconds(number("idle", quick ? 5 : 25)),
                number("provisions", quick ? 3 : 10),
                number("swaps", quick ? 10 : 100),
                number("installs", quick ? 5 : 40),
                number("extensions", quick ? 10 : 100),
                Duration.ofSeconds(number("soak", quick ? 20 : 600)),
                Path.of(text("jdk").orElse(System.getProperty("java.home"))),
                findJdk25());
    }

    boolean wants(String benchmark) {
        return only.isEmpty() || only.contains(benchmark);
    }

    /** The major version of a Java home, as the table names it; "?" when it does not say. */
    static String version(Path jdk) {
        try (Stream<String> lines = Files.lines(jdk.resolve("release"))) {
            return lines.filter(line -> line.startsWith("JAVA_VERSION="))
                    .map(line -> line.replaceAll("[^0-9.]", "").replaceAll("\\..*", ""))
                    .findFirst()
                    .orElse("?");
        } catch (IOException e) {
            return "?";
        }
    }

    private static Optional<Path> findJdk25() {
        Optional<String> named = text("jdk25").or(() -> Optional.ofNullable(System.getenv("JAVA_HOME_25_X64")));
        if (named.isPresent()) {
            return named.map(Path::of).filter(home -> version(home).equals(JDK_25));
        }
        Path installed = Path.of("/usr/lib/jvm");
        if (!Files.isDirectory(installed)) {
            return Optional.empty();
        }
        try (Stream<Path> homes = Files.list(installed)) {
            List<Path> found =
                    homes.filter(home -> version(home).equals(JDK_25)).sorted().toList();
            return found.stream().findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int number(String name, int fallback) {
        return text(name).map(Integer::parseInt).orElse(fallback);
    }

    private static Optional<String> text(String name) {
        return Optional.ofNullable(System.getProperty("bench." + name))
                .map(String::trim)
                .filter(value -> !value.isEmpty());
    }
}
