package org.platformforge.driver.process;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.platformforge.extension.api.driver.Driver.Usage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the applications of one folder running. Exactly one supervisor owns the folder, by a file lock: while a module is
 * swapped the new one waits for the old one to let go. Taking over, it adopts what still runs and ends every process that
 * carries the folder's mark and that no record knows, which is what a platform killed between a start and its record
 * leaves behind. Letting go leaves every application running. Thread-safe.
 */
final class Supervisor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);
    private static final long TICK_MILLIS = 250;
    private static final long SAMPLE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final double TICKS_PER_SECOND = 100; // USER_HZ, fixed in the kernel's interface

    private final AppStore store;
    private final Limits limits;
    private final Sandbox sandbox;
    private final App.Environment environment;
    private final ProcessConfig config;
    private final long pageBytes;
    private final Map<String, App> apps = new ConcurrentHashMap<>();
    private final Map<String, Sample> samples = new ConcurrentHashMap<>();
    private final ScheduledExecutorService loop;
    private FileChannel lockFile;
    private volatile FileLock lock;
    private long sampledAt = System.nanoTime() - SAMPLE_NANOS;

    private record Sample(long ticks, long nanos, Double cores, long bytes) {}

    Supervisor(AppStore store, Limits limits, Sandbox sandbox, App.Environment environment, ProcessConfig config) {
        this.store = store;
        this.limits = limits;
        this.sandbox = sandbox;
        this.environment = environment;
        this.config = config;
        this.pageBytes = pageBytes();
        this.loop = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "process-supervisor");
            thread.setDaemon(true);
            return thread;
        });
        tick();
        loop.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Whether this supervisor owns the folder; nothing may be started or ended before it does. */
    boolean owns() {
        return lock != null;
    }

    Optional<App> find(String resourceId) {
        return Optional.ofNullable(apps.get(resourceId));
    }

    Collection<App> apps() {
        return apps.values();
    }

    App add(AppRecord record) throws IOException {
        App app = app(record);
        app.become(record);
        apps.put(record.resourceId(), app);
        return app;
    }

    private App app(AppRecord record) {
        return new App(record, store, limits, sandbox, environment);
    }

    void remove(String resourceId) {
        apps.remove(resourceId);
        samples.remove(resourceId);
    }

    Optional<Usage> usage(App app) {
        Sample sample = samples.get(app.record().resourceId());
        return Optional.ofNullable(sample)
                .map(known -> new Usage(
                        known.cores(),
                        app.record().cpuCores(),
                        known.bytes(),
                        app.record().memoryBytes()));
    }

    private void tick() {
        try {
            if (lock == null && !takeOver()) {
                return;
            }
            for (App app : apps.values()) {
                tend(app);
            }
            if (System.nanoTime() - sampledAt >= SAMPLE_NANOS) {
                sample();
            }
        } catch (IOException | RuntimeException e) {
            LOG.error("The supervision of applications failed and is tried again", e);
        }
    }

    private void tend(App app) {
        try {
            app.keepRunning();
            LogFile.rotate(store.log(app.record().resourceId()), config.log_bytes(), config.log_files());
        } catch (IOException | RuntimeException e) {
            LOG.warn(
                    "{} could not be supervised and is tried again: {}",
                    app.record().resourceId(),
                    e.toString());
        }
    }

    private boolean takeOver() throws IOException {
        if (lockFile == null) {
            lockFile = FileChannel.open(
                    store.root().resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        }
        FileLock taken;
        try {
            taken = lockFile.tryLock();
        } catch (OverlappingFileLockException e) {
            return false; // another generation of this module in the same JVM
        }
        if (taken == null) {
            return false;
        }
        Set<String> known = new HashSet<>();
        for (AppRecord record : store.all()) {
            apps.put(record.resourceId(), app(record));
            if (record.alive()) {
                known.add(record.resourceId());
            }
        }
        endUnknown(known);
        lock = taken;
        return true;
    }

    /** An application's own children may lead sessions of their own: its mark counts, not its process group. */
    private void endUnknown(Set<String> known) {
        for (ProcFs.Stat stray :
                ProcFs.withVariable(Launcher.FOLDER_VARIABLE, store.root().toString())) {
            String resourceId =
                    ProcFs.variable(stray.pid(), Launcher.RESOURCE_VARIABLE).orElse("");
            if (!known.contains(resourceId)) {
                LOG.warn("Ending process {}, which no record knows", stray.pid());
                Launcher.kill(stray.pid());
            }
        }
    }

    private void sample() {
        long now = System.nanoTime();
        Map<Long, long[]> groups = new HashMap<>();
        for (ProcFs.Stat stat : ProcFs.all()) {
            long[] sum = groups.computeIfAbsent(stat.group(), group -> new long[2]);
            sum[0] += stat.ticks();
            sum[1] += stat.residentPages() * pageBytes;
        }
        for (App app : apps.values()) {
            String id = app.record().resourceId();
            long[] sum = groups.get(app.record().pid());
            if (sum == null) {
                samples.remove(id);
                continue;
            }
            samples.compute(id, (key, before) -> new Sample(sum[0], now, cores(before, sum[0], now), sum[1]));
        }
        sampledAt = now;
    }

    private static Double cores(Sample before, long ticks, long now) {
        if (before == null || ticks < before.ticks()) {
            return null; // one sample is no rate, and a restarted process counts from zero
        }
        return (ticks - before.ticks()) / TICKS_PER_SECOND / ((now - before.nanos()) / 1e9);
    }

    private static long pageBytes() {
        try {
            Process process = new ProcessBuilder("getconf", "PAGESIZE").start();
            byte[] answer = process.getInputStream().readAllBytes();
            return Long.parseLong(new String(answer, StandardCharsets.US_ASCII).strip());
        } catch (IOException | NumberFormatException e) {
            return 4096;
        }
    }

    @Override
    public void close() {
        loop.shutdownNow();
        try {
            loop.awaitTermination(5, TimeUnit.SECONDS);
            if (lockFile != null) {
                lockFile.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.warn("The lock of {} could not be closed", store.root(), e);
        }
    }
}
