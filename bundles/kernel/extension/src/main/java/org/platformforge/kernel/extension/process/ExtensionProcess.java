package org.platformforge.kernel.extension.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.platformforge.extension.verifier.AllowedPackages;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.extension.ExtensionRelease;
import org.platformforge.kernel.api.extension.ExtensionRuntime;
import org.platformforge.kernel.extension.wire.Frame;
import org.platformforge.kernel.extension.wire.Frames;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A release in a process of its own: started, called, and started again with growing pauses whenever it ends without being
 * told to. Thread-safe.
 */
public final class ExtensionProcess {
    private static final Logger LOG = LoggerFactory.getLogger(ExtensionProcess.class);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);

    /** Who ran so long is not in a row of failures. */
    private static final long STABLE_NANOS = Duration.ofMinutes(5).toNanos();

    private static final Duration END = Duration.ofMillis(1000);
    private static final int KIB = 1024;

    /** Looking at processes takes a while; this old it may be. */
    private static final long MEASURED_NANOS = Duration.ofSeconds(5).toNanos();

    private final Processes processes;
    private final ExtensionRelease described;
    private final List<Part> parts;
    private final List<String> walls;
    private final Launch launch;
    private final Logger log;

    /** What it said of itself at the first start, which has to stay so. */
    private volatile ObjectNode introduction;

    private volatile Child current;
    private volatile boolean stopped;
    private final AtomicInteger restarts = new AtomicInteger();
    private volatile String lastError;
    private volatile long againAt;
    private volatile long startedAt;
    private Duration pause = FIRST_PAUSE;
    private volatile Measured measured = new Measured(0, System.nanoTime() - MEASURED_NANOS);

    /** @param at in the terms of {@link System#nanoTime} */
    private record Measured(long bytes, long at) {}

    /** One bundle of the release. */
    public record Part(String name, byte[] jar) {}

    /** Starts a process. */
    @FunctionalInterface
    interface Launch {
        Launcher.Launched launch() throws IOException;
    }

    ExtensionProcess(
            Processes processes, ExtensionRelease described, List<Part> parts, List<String> walls, Launch launch) {
        this.processes = processes;
        this.described = described;
        this.parts = List.copyOf(parts);
        this.walls = List.copyOf(walls);
        this.launch = launch;
        this.log = LoggerFactory.getLogger("extension." + described.extensionId());
    }

    /**
     * Starts it for the first time.
     *
     * @return what it offers, in its own words
     * @throws IOException saying why it cannot be started; nothing is left then
     */
    public JsonNode start(Duration patience) throws IOException, InterruptedException {
        long before = System.nanoTime();
        boolean done = false;
        try {
            Child child = begin();
            introduction = introduced(child, patience);
            running(child);
            done = true;
            LOG.info(
                    "{} has a process of its own within {} ms: {}",
                    this,
                    (System.nanoTime() - before) / 1_000_000,
                    child.pid());
            return introduction;
        } finally {
            if (!done) {
                kill();
            }
        }
    }

    private Child begin() throws IOException, InterruptedException {
        Launcher.Launched launched = processes.launch(launch);
        Child child = new Child(described.extensionId(), launched.process(), launched.kill(), this::logged);
        current = child;
        startedAt = System.nanoTime();
        ObjectNode start = Frames.head("start")
                .put("protocol", Frames.PROTOCOL)
                .put("extension", described.extensionId())
                .put("version", described.version())
                .put("parts", parts.size());
        ArrayNode packages = start.putArray("packages");
        AllowedPackages.lines().forEach(packages::add);
        child.send(new Frame(start));
        for (Part part : parts) {
            child.send(new Frame(Frames.head("part").put("name", part.name()), part.jar()));
        }
        return child;
    }

    private static ObjectNode introduced(Child child, Duration patience) throws IOException, InterruptedException {
        try {
            Frame said = child.introduction().get(patience.toMillis(), TimeUnit.MILLISECONDS);
            if (said.type().equals("ready")) {
                return said.head();
            }
            throw new IOException(said.text("text"));
        } catch (TimeoutException e) {
            throw new IOException("It did not start within " + patience.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause().getMessage(), e.getCause());
        }
    }

    private void running(Child child) {
        child.ended().thenAccept(this::ended);
    }

    private synchronized void ended(String reason) {
        current = null;
        if (stopped) {
            return;
        }
        if (System.nanoTime() - startedAt > STABLE_NANOS) {
            pause = FIRST_PAUSE;
        }
        lastError = reason;
        againAt = System.nanoTime() + pause.toNanos();
        LOG.info("The process of {} has ended and is started again in {} s: {}", this, pause.toSeconds(), reason);
        try {
            processes.later(this::again, pause);
        } catch (RejectedExecutionException e) {
            LOG.debug("The platform stops", e);
        }
        Duration twice = pause.multipliedBy(2);
        pause = twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
    }

    private String name() {
        return described.extensionId();
    }

    private void again() {
        if (stopped) {
            return;
        }
        restarts.incrementAndGet();
        try {
            Child child = begin();
            if (stopped) {
                child.kill("It was stopped");
            }
            child.introduction()
                    .orTimeout(processes.startTime().toMillis(), TimeUnit.MILLISECONDS)
                    .whenComplete((said, failure) -> reintroduced(child, said, failure));
            running(child);
        } catch (IOException | IllegalStateException e) {
            ended(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void reintroduced(Child child, Frame said, Throwable failure) {
        if (failure instanceof TimeoutException) {
            child.kill("It did not start within " + processes.startTime().toSeconds() + " s");
        } else if (failure == null && said.type().equals("failed")) {
            child.kill(said.text("text"));
        } else if (failure == null && !Introduction.same(said.head(), introduction)) {
            child.kill("It offers something else than at its first start");
        }
    }

    private void logged(Frame line, String printed) {
        if (printed != null) {
            log.info("{}", plain(printed));
            return;
        }
        String text = "[" + plain(line.text("logger")) + "] " + plain(line.text("text"));
        int level = line.head().path("level").asInt();
        if (level >= java.util.logging.Level.SEVERE.intValue()) {
            log.error("{}", text);
        } else if (level >= java.util.logging.Level.WARNING.intValue()) {
            log.warn("{}", text);
        } else {
            log.info("{}", text);
        }
    }

    /** No line of the log is made up: what follows a line's end is shifted. */
    private static String plain(String text) {
        String cut = text.length() > 8 * KIB ? text.substring(0, 8 * KIB) : text;
        return cut.replaceAll("[\\p{Cntrl}&&[^\n\t]]", " ").replace("\n", "\n    ");
    }

    /**
     * Makes a call.
     *
     * @throws PlatformException {@code UNAVAILABLE} while the process is not there, or ends meanwhile
     * @throws Exception what the extension has thrown, or told in its place
     */
    Frame call(ObjectNode head, byte[] body, Operations operations) throws Exception {
        Child child = current;
        if (child == null || !child.isReady()) {
            throw PlatformException.of(
                            ErrorKind.UNAVAILABLE,
                            "The process of " + name() + (stopped ? " has been stopped" : " is being started again"))
                    .withRetryAfter(
                            Duration.ofNanos(Math.max(Duration.ofSeconds(1).toNanos(), againAt - System.nanoTime())));
        }
        return child.call(head, body, operations);
    }

    void watch() {
        Child child = current;
        if (child != null) {
            child.watch();
        }
    }

    /** @return whether nothing of it is left */
    public boolean stop() throws InterruptedException {
        stopped = true;
        processes.gone(this);
        Child child = current;
        if (child == null) {
            return true;
        }
        child.stop(END);
        return child.awaitEnd(END);
    }

    /** Ends it for good and at once. */
    void kill() {
        stopped = true;
        processes.gone(this);
        Child child = current;
        if (child != null) {
            child.kill("It was stopped");
        }
    }

    /** @return null while it runs */
    public String problem() {
        Child child = current;
        return child != null && child.isReady() ? null : "Its process has ended and is started again: " + lastError;
    }

    public ExtensionRuntime.ProcessState state() {
        Child child = current;
        String state = stopped ? "stopped" : problem() == null ? "running" : "restarting";
        return new ExtensionRuntime.ProcessState(
                state,
                child == null ? 0 : child.pid(),
                restarts.get(),
                lastError,
                child == null ? 0 : memory(child),
                walls);
    }

    @Override
    public String toString() {
        return described.extensionId() + " " + described.version();
    }

    private long memory(Child child) {
        long now = System.nanoTime();
        if (now - measured.at() >= MEASURED_NANOS) {
            ProcessHandle handle = child.handle();
            long bytes = Stream.concat(Stream.of(handle), handle.descendants())
                    .mapToLong(ExtensionProcess::resident)
                    .sum();
            measured = new Measured(bytes, now);
        }
        return measured.bytes();
    }

    private static long resident(ProcessHandle process) {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * KIB)
                    .sum();
        } catch (IOException | java.io.UncheckedIOException | NumberFormatException e) {
            // ended in this moment, or no Linux
            return 0;
        }
    }
}
