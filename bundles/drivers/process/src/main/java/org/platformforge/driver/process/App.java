package org.platformforge.driver.process;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URL;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One application under supervision. Every change happens under its monitor; what is read is one volatile record. */
final class App {
    private static final Logger LOG = LoggerFactory.getLogger(App.class);
    private static final long LONGEST_BACKOFF_SECONDS = 60;
    private static final long STABLE_SECONDS = 60;
    private static final int PROBE_MILLIS = 2_000;
    static final String ISOLATION = "isolation";

    private final AppStore store;
    private final Limits limits;
    private final Sandbox sandbox;
    private final Environment environment;
    private volatile AppRecord record;
    private volatile Process child;
    private long lastPid;
    private int failures;
    private long notBefore;
    private long startedNanos;

    /** Where the sealed variables of an application are read from when it starts. */
    @FunctionalInterface
    interface Environment {
        Map<String, String> of(AppRecord record) throws IOException;
    }

    App(AppRecord record, AppStore store, Limits limits, Sandbox sandbox, Environment environment) {
        this.record = record;
        this.store = store;
        this.limits = limits;
        this.sandbox = sandbox;
        this.environment = environment;
        this.startedNanos = System.nanoTime();
        this.notBefore = startedNanos;
    }

    AppRecord record() {
        return record;
    }

    synchronized void become(AppRecord next) throws IOException {
        store.write(next);
        record = next;
    }

    /**
     * As {@link #become}, for what is on its way out: on a full disk the record stays as it was and memory alone says so, for
     * what frees the disk must not need room on it.
     */
    synchronized void leave(AppRecord next) {
        record = next;
        try {
            store.write(next);
        } catch (IOException e) {
            LOG.warn("The record of {} could not be written: {}", next.resourceId(), e.getMessage());
        }
    }

    synchronized void start() throws IOException {
        AppRecord current = record;
        String id = current.resourceId();
        if (sandbox.objection() != null) {
            throw new IOException(sandbox.objection());
        }
        store.create(id);
        Limits.Applied applied = limits.apply(id, current.cpuCores(), current.memoryBytes());
        Path directory = store.work(id).resolve(current.directory()).normalize();
        List<String> command = sandbox.wrap(store.folder(id), directory, current.command());
        Process process = Launcher.start(command, directory, store.log(id), environment.of(current), applied);
        long ticks = ProcFs.stat(process.pid()).map(ProcFs.Stat::started).orElse(0L);
        child = process;
        startedNanos = System.nanoTime();
        Map<String, String> facts = new LinkedHashMap<>(applied.facts());
        facts.put(ISOLATION, sandbox.fact());
        facts.put("instance_type", "none: a process of the host");
        facts.put("limits.disk", "not enforced");
        become(current.started(process.pid(), ticks, Instant.now(), facts));
    }

    /** Starts the process again when it has ended and its wait is over. */
    synchronized void keepRunning() throws IOException {
        AppRecord current = record;
        if (current.phase() != AppRecord.Phase.RUNNING || alive(current)) {
            return;
        }
        long now = System.nanoTime();
        if (current.pid() > 0) {
            noteEnd(current, now);
            return;
        }
        if (now - notBefore >= 0 && !endLeftovers()) {
            become(record.restarted());
            start();
        }
    }

    /** What the last process left of itself would hold its port and be lost sight of. It had its chance to end. */
    private boolean endLeftovers() {
        List<ProcFs.Stat> left = Launcher.members(lastPid, store.root(), record.resourceId(), limits);
        left.forEach(stat -> Launcher.kill(stat.pid()));
        return !left.isEmpty();
    }

    private void noteEnd(AppRecord current, long now) throws IOException {
        failures = now - startedNanos > TimeUnit.SECONDS.toNanos(STABLE_SECONDS) ? 1 : failures + 1;
        long wait = Math.min(LONGEST_BACKOFF_SECONDS, 1L << Math.min(failures - 1, 6));
        notBefore = now + TimeUnit.SECONDS.toNanos(wait);
        lastPid = current.pid();
        String how = ending();
        LOG.info("{} ended ({}); next start in {} s", current.resourceId(), how, wait);
        become(current.ended(how));
    }

    /** How the process ended, as far as this platform can know: an adopted one has another parent. */
    synchronized String ending() {
        return child != null && !child.isAlive() ? "exit code " + child.exitValue() : "exit code unknown";
    }

    /** The exit code of a process this platform started; empty while it runs and of an adopted one. */
    synchronized OptionalInt exitCode() {
        return child != null && !child.isAlive() ? OptionalInt.of(child.exitValue()) : OptionalInt.empty();
    }

    synchronized void stop(int graceSeconds) throws InterruptedException, IOException {
        AppRecord current = record;
        long group = current.pid() > 0 ? current.pid() : lastPid;
        Launcher.end(group, store.root(), current.resourceId(), limits, graceSeconds);
        if (current.pid() > 0) {
            leave(record.ended("stopped"));
        }
    }

    /**
     * Whether the process of a record runs now. Of its own children the JVM knows it; of an adopted process Linux is asked.
     *
     * @param current this application's, as it was read once
     */
    boolean alive(AppRecord current) {
        Process started = child;
        return started != null && started.pid() == current.pid() ? started.isAlive() : current.alive();
    }

    /** What keeps the application from being ready, null when its probe answered. */
    String probe() {
        AppRecord current = record;
        try {
            HttpURLConnection connection = (HttpURLConnection)
                    new URL("http", "127.0.0.1", current.port(), current.probePath()).openConnection();
            connection.setConnectTimeout(PROBE_MILLIS);
            connection.setReadTimeout(PROBE_MILLIS);
            connection.setInstanceFollowRedirects(false);
            connection.setUseCaches(false);
            try {
                int status = connection.getResponseCode();
                return status >= 200 && status < 400 ? null : "the probe was answered " + status;
            } finally {
                connection.disconnect();
            }
        } catch (IOException e) {
            return listens(current.port()) ? "the probe was not answered" : "nothing listens on its port";
        }
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), PROBE_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
