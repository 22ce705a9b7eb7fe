package org.platformforge.itests.blackbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * One instance of the distribution with data, configuration and ports of its own. Ends with the Java virtual machine
 * that started it, whatever happens. Not thread-safe, except for {@link #http()}.
 */
public final class Platform implements AutoCloseable {
    public static final String OPERATOR_EMAIL = "operator@example.com";
    public static final String OPERATOR_PASSWORD = "correct horse battery";

    private static final String PROCESS = "org.platformforge.driver.process.cfg";
    private static final String RATE_LIMITS = "org.platformforge.kernel.security.ratelimit.cfg";
    private static final long COMMAND_SECONDS = 180;

    private final Path distribution;
    private final Path home;
    private final Map<String, String> environment;
    private final int httpPort = Ports.next();
    private final int sshPort = Ports.next();
    private final String shippedRateLimits;
    private final Http http;
    private Account elder;

    /** What a command printed, its standard error included. */
    public record Output(int exitCode, String text) {}

    public Platform(Path distribution, Path home) {
        this(distribution, home, Map.of());
    }

    /** @param environment more variables for {@code bin/forge}, such as the database's */
    public Platform(Path distribution, Path home, Map<String, String> environment) {
        this.distribution = distribution;
        this.home = home;
        this.environment = Map.copyOf(environment);
        this.http = new Http("http://127.0.0.1:" + httpPort);
        try {
            if (Files.exists(home)) {
                stop();
                delete(home);
            }
            Files.createDirectories(home);
            copy(distribution.resolve("config"), config());
            Path process = config().resolve(PROCESS);
            Files.writeString(process, Ports.ofApplications(Files.readString(process)));
            shippedRateLimits = Files.readString(config().resolve(RATE_LIMITS));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        liftRateLimits();
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop));
    }

    /** One that is killed again and again: its JVM does without what pays in the long run only. */
    static Platform shortLived(Path distribution, Path home, Map<String, String> environment) {
        Map<String, String> all = new HashMap<>(environment);
        all.put("FORGE_JAVA_OPTS", "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m -XX:+UseSerialGC");
        return new Platform(distribution, home, all);
    }

    /**
     * A second node on this one's database, which it shares the secret key with; not started. For PostgreSQL.
     *
     * @param name of its folder, beside this one's
     */
    public Platform another(String name) {
        Map<String, String> shared = new HashMap<>(environment);
        try {
            shared.put(
                    "FORGE_SECRET_KEY",
                    Files.readString(data().resolve("keys/secret.key")).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Platform(distribution, home.resolveSibling(name), shared);
    }

    /** Somebody who registered right after the start: their access token is the oldest that a test can have. */
    public Account elder() {
        return elder;
    }

    public Path distribution() {
        return distribution;
    }

    public Path data() {
        return home.resolve("data");
    }

    public Path config() {
        return home.resolve("config");
    }

    public Path log() {
        return data().resolve("log/platform.log");
    }

    public int httpPort() {
        return httpPort;
    }

    public int sshPort() {
        return sshPort;
    }

    public Http http() {
        return http;
    }

    /** Returns when the platform is ready. */
    public void start() {
        Output output = forge("start");
        if (output.exitCode() != 0) {
            throw new AssertionError("bin/forge start failed:\n" + output.text());
        }
    }

    void registerElder() {
        elder = Account.register(this);
    }

    /** Does nothing when it does not run. */
    public Output stop() {
        return forge("stop");
    }

    /** Ends the process as a power cut would. */
    public void killNine() {
        ProcessHandle process = ProcessHandle.of(pid()).orElseThrow();
        process.destroyForcibly();
        process.onExit().orTimeout(30, TimeUnit.SECONDS).join();
        try {
            // what a JVM that was looked into removes at its end, when it comes to that
            Files.deleteIfExists(Path.of("/tmp/.java_pid" + process.pid()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public long pid() {
        try {
            return Long.parseLong(
                    Files.readString(data().resolve("forge.pid")).trim().split(" ")[0]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Output shell(String... command) {
        List<String> arguments = new ArrayList<>(List.of("shell", "--"));
        arguments.addAll(List.of(command));
        return forge(arguments.toArray(String[]::new));
    }

    public Output forge(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(distribution.resolve("bin/forge").toString());
        command.addAll(List.of(arguments));
        try {
            Path output = Files.createTempFile("forge", ".out");
            try {
                return run(command, output);
            } finally {
                Files.delete(output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /**
     * Starts in the foreground, as the leader of a process group as a terminal would, with the interrupt signal as it is
     * there. Returns at once.
     */
    public Process foreground(Path output) throws IOException {
        return builder(
                        List.of(
                                "setsid",
                                "env",
                                "--default-signal=INT",
                                distribution.resolve("bin/forge").toString(),
                                "run"),
                        output)
                .start();
    }

    private Output run(List<String> command, Path output) throws IOException, InterruptedException {
        Process process = builder(command, output).start();
        if (!process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(command + " did not return; it printed:\n" + Files.readString(output));
        }
        return new Output(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    }

    private ProcessBuilder builder(List<String> command, Path output) {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("FORGE_"));
        builder.environment()
                .putAll(Map.of(
                        "FORGE_DATA", data().toString(),
                        "FORGE_CONFIG", config().toString(),
                        "FORGE_HTTP_PORT", Integer.toString(httpPort),
                        "FORGE_SSH_PORT", Integer.toString(sshPort),
                        "FORGE_ADMIN_EMAIL", OPERATOR_EMAIL,
                        "FORGE_ADMIN_PASSWORD", OPERATOR_PASSWORD));
        builder.environment().putAll(environment);
        return builder;
    }

    /** Applies to the running platform a moment later. */
    public void limit(String policy, String limit) {
        writeRateLimits(unlimited().replace("policy." + policy + " = unlimited", "policy." + policy + " = " + limit));
    }

    /** Applies to the running platform a moment later. */
    public void liftRateLimits() {
        writeRateLimits(unlimited());
    }

    /** Everything is counted as shipped, and no limit is ever reached. Applies to the running platform a moment later. */
    public void raiseRateLimits() {
        writeRateLimits(shippedRateLimits.replaceAll("(?m)^(policy\\.[a-z-]+) = [0-9]+/", "$1 = 900000000/"));
    }

    private String unlimited() {
        return shippedRateLimits.replaceAll("(?m)^(policy\\.[a-z-]+) = .*$", "$1 = unlimited");
    }

    private void writeRateLimits(String content) {
        try {
            Files.writeString(config().resolve(RATE_LIMITS), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        stop();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file)));
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
