package org.platformforge.observability.metrics;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import javax.management.JMException;
import javax.management.ObjectName;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.platformforge.kernel.api.metrics.MetricSink;
import org.platformforge.kernel.api.metrics.MetricSource;

/** The virtual machine and its process, under the names of Prometheus' own Java client. Thread-safe. */
@Component
public final class JvmMetrics implements MetricSource {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final double KIBI = 1024;
    private static final double MILLIS = 1e3;
    private static final double NANOS = 1e9;
    private static final String AREA = "area";
    private static final String POOL = "pool";

    @Activate
    public JvmMetrics() {
        // everything is asked for when it is needed
    }

    @Override
    public String name() {
        return "jvm";
    }

    @Override
    public void collect(MetricSink sink) {
        memory(sink);
        collections(sink);
        threads(sink);
        process(sink);
        sink.gauge(
                "jvm_classes_currently_loaded",
                "Classes that are loaded.",
                ManagementFactory.getClassLoadingMXBean().getLoadedClassCount());
        sink.counter(
                "jvm_classes_unloaded_total",
                "Classes that were unloaded.",
                ManagementFactory.getClassLoadingMXBean().getUnloadedClassCount());
        sink.gauge(
                "jvm_runtime_info",
                "The virtual machine.",
                1,
                "version",
                System.getProperty("java.runtime.version", ""),
                "vendor",
                System.getProperty("java.vm.vendor", ""),
                "runtime",
                System.getProperty("java.runtime.name", ""));
    }

    private static void memory(MetricSink sink) {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        usage(sink, "jvm_memory", AREA, "heap", memory.getHeapMemoryUsage());
        usage(sink, "jvm_memory", AREA, "nonheap", memory.getNonHeapMemoryUsage());
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            usage(sink, "jvm_memory_pool", POOL, pool.getName(), pool.getUsage());
        }
        for (BufferPoolMXBean buffers : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
            sink.gauge(
                    "jvm_buffer_pool_used_bytes",
                    "Memory that buffers use.",
                    buffers.getMemoryUsed(),
                    POOL,
                    buffers.getName());
            sink.gauge(
                    "jvm_buffer_pool_used_buffers", "Buffers there are.", buffers.getCount(), POOL, buffers.getName());
        }
    }

    private static void usage(MetricSink sink, String prefix, String label, String value, MemoryUsage usage) {
        if (usage == null) {
            return;
        }
        sink.gauge(prefix + "_used_bytes", "Memory in use.", usage.getUsed(), label, value);
        sink.gauge(prefix + "_committed_bytes", "Memory the system has given.", usage.getCommitted(), label, value);
        sink.gauge(prefix + "_max_bytes", "Memory there may be, -1 without a limit.", usage.getMax(), label, value);
    }

    private static void collections(MetricSink sink) {
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            sink.counter(
                    "jvm_gc_collections_total",
                    "Garbage collections.",
                    Math.max(0, collector.getCollectionCount()),
                    "gc",
                    collector.getName());
            sink.counter(
                    "jvm_gc_collection_seconds_total",
                    "Time spent on garbage collections.",
                    Math.max(0, collector.getCollectionTime()) / MILLIS,
                    "gc",
                    collector.getName());
        }
    }

    private static void threads(MetricSink sink) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        sink.gauge("jvm_threads_current", "Threads.", threads.getThreadCount());
        sink.gauge("jvm_threads_daemon", "Daemon threads.", threads.getDaemonThreadCount());
        sink.gauge("jvm_threads_peak", "Most threads there were at once.", threads.getPeakThreadCount());
        sink.counter("jvm_threads_started_total", "Threads that were started.", threads.getTotalStartedThreadCount());
        long[] deadlocked = threads.findDeadlockedThreads();
        sink.gauge(
                "jvm_threads_deadlocked",
                "Threads that wait for each other.",
                deadlocked == null ? 0 : deadlocked.length);
        Map<Thread.State, Integer> states = new EnumMap<>(Thread.State.class);
        for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (thread != null) {
                states.merge(thread.getThreadState(), 1, Integer::sum);
            }
        }
        for (Thread.State state : Thread.State.values()) {
            sink.gauge(
                    "jvm_threads_state",
                    "Threads by what they do.",
                    states.getOrDefault(state, 0),
                    "state",
                    state.name());
        }
    }

    private static void process(MetricSink sink) {
        sink.gauge(
                "process_start_time_seconds",
                "When the process was started, since the epoch.",
                ManagementFactory.getRuntimeMXBean().getStartTime() / MILLIS);
        double cpu = ofSystem("ProcessCpuTime") / NANOS;
        if (cpu >= 0) {
            sink.counter("process_cpu_seconds_total", "Processor time, user and system.", cpu);
        }
        sink.gauge("process_open_fds", "Open file descriptors.", ofSystem("OpenFileDescriptorCount"));
        sink.gauge("process_max_fds", "File descriptors there may be.", ofSystem("MaxFileDescriptorCount"));
        try {
            for (String line : Files.readAllLines(STATUS)) {
                kibibytes(sink, line, "VmRSS:", "process_resident_memory_bytes", "Memory in RAM.");
                kibibytes(sink, line, "VmSize:", "process_virtual_memory_bytes", "Address space.");
            }
        } catch (IOException e) {
            // no Linux: nothing is told that was not measured
        }
    }

    /** Not a number on systems that do not tell it. By JMX: its interface is in a package that not every framework exports. */
    private static double ofSystem(String attribute) {
        try {
            ObjectName system = new ObjectName(ManagementFactory.OPERATING_SYSTEM_MXBEAN_NAME);
            Object value = ManagementFactory.getPlatformMBeanServer().getAttribute(system, attribute);
            return value instanceof Number number ? number.doubleValue() : Double.NaN;
        } catch (JMException e) {
            return Double.NaN;
        }
    }

    private static void kibibytes(MetricSink sink, String line, String key, String name, String help) {
        if (line.startsWith(key)) {
            String digits = line.replaceAll("[^0-9]", "");
            sink.gauge(name, help, digits.isEmpty() ? Double.NaN : Long.parseLong(digits) * KIBI);
        }
    }
}
