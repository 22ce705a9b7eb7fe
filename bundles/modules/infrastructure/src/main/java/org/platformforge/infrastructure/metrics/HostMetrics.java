package org.platformforge.infrastructure.metrics;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * Figures of the host, or of the container where that is narrower, as document 004 shows them. What cannot be measured is null.
 * Thread-safe.
 */
@Component(service = HostMetrics.class)
public final class HostMetrics {
    private static final long MB = 1 << 20;
    /** Shorter than this the kernel's clock ticks would decide. */
    private static final long SHORTEST_NANOS = 200_000_000;

    private final Path proc;
    private final Cgroup cgroup;
    private final Path data;
    private CpuTime last;
    private Double usage;

    /**
     * @param usage percent of the cores, over the time since the figures were last asked for; null the first time
     * @param cores that may be used
     */
    public record Cpu(Double usage, int cores) {}

    /** In MB of 2^20 bytes. */
    public record Space(Long total, Long used, Long free) {}

    /** Since the host's start, over all interfaces but the loopback one. */
    public record Network(Long rxBytes, Long txBytes) {}

    /**
     * @param disk the one that the platform's data is on; free is what the platform may still write, so that what the file system reserves
     *     for root is neither used nor free
     */
    public record Figures(Cpu cpu, Space memory, Space disk, Network network, Instant timestamp) {}

    /** @param busy and @param all in a unit of the source */
    private record CpuTime(double busy, double all, long nanos) {}

    @Activate
    public HostMetrics() {
        this(Path.of("/proc"), Cgroup.ofThisProcess(), Path.of(System.getProperty("forge.data", ".")));
    }

    HostMetrics(Path proc, Cgroup cgroup, Path data) {
        this.proc = proc;
        this.cgroup = cgroup;
        this.data = data;
        this.last = cpuTime();
    }

    public Figures now() {
        return new Figures(
                new Cpu(cpuUsage(), Runtime.getRuntime().availableProcessors()),
                memory(),
                disk(),
                network(),
                Instant.now().truncatedTo(ChronoUnit.MILLIS));
    }

    private synchronized Double cpuUsage() {
        CpuTime now = cpuTime();
        if (now == null) {
            return null;
        }
        if (last == null) {
            last = now;
        } else if (now.nanos - last.nanos >= SHORTEST_NANOS && now.all > last.all) {
            double percent = 100 * (now.busy - last.busy) / (now.all - last.all);
            usage = Math.round(Math.max(0, Math.min(100, percent)) * 10) / 10.0;
            last = now;
        }
        return usage;
    }

    /** Where cores are limited, of the limit; the host's otherwise. */
    private CpuTime cpuTime() {
        long nanos = System.nanoTime();
        OptionalDouble limit = cgroup.cores();
        OptionalLong used = cgroup.cpuMicros();
        if (limit.isPresent() && used.isPresent()) {
            return new CpuTime(used.getAsLong(), nanos / 1000.0 * limit.getAsDouble(), nanos);
        }
        List<String> lines = Numbers.lines(proc.resolve("stat"));
        if (lines.isEmpty() || !lines.get(0).startsWith("cpu ")) {
            return null;
        }
        // user nice system idle iowait irq softirq steal; guest time is in user already
        String[] parts = lines.get(0).split("\\s+");
        long all = 0;
        for (int i = 1; i < Math.min(parts.length, 9); i++) {
            all += Numbers.parse(parts[i]).orElse(0);
        }
        long idle = Numbers.parse(parts[4]).orElse(0) + Numbers.parse(parts[5]).orElse(0);
        return new CpuTime(all - idle, all, nanos);
    }

    private Space memory() {
        OptionalLong total = Numbers.field(proc.resolve("meminfo"), "MemTotal");
        Cgroup.Memory limited = cgroup.memory();
        if (limited != null && (total.isEmpty() || limited.limit() < total.getAsLong() * 1024)) {
            return space(limited.limit(), limited.limit() - limited.used());
        }
        OptionalLong available = Numbers.field(proc.resolve("meminfo"), "MemAvailable");
        return total.isPresent() && available.isPresent()
                ? space(total.getAsLong() * 1024, available.getAsLong() * 1024)
                : new Space(null, null, null);
    }

    private Space disk() {
        try {
            FileStore store = Files.getFileStore(data);
            long total = store.getTotalSpace();
            return new Space(total / MB, (total - store.getUnallocatedSpace()) / MB, store.getUsableSpace() / MB);
        } catch (IOException e) {
            return new Space(null, null, null);
        }
    }

    private static Space space(long total, long free) {
        long totalMb = total / MB;
        long freeMb = Math.max(0, free) / MB;
        return new Space(totalMb, totalMb - freeMb, freeMb);
    }

    private Network network() {
        long received = 0;
        long sent = 0;
        boolean any = false;
        for (String line : Numbers.lines(proc.resolve("net/dev"))) {
            int colon = line.indexOf(':');
            if (colon < 0) {
                continue; // the two lines above the table
            }
            String[] parts = line.substring(colon + 1).strip().split("\\s+");
            any = true;
            if (parts.length > 8 && !line.substring(0, colon).strip().equals("lo")) {
                received += Numbers.parse(parts[0]).orElse(0);
                sent += Numbers.parse(parts[8]).orElse(0);
            }
        }
        return any ? new Network(received, sent) : new Network(null, null);
    }
}
