package org.platformforge.kernel.extension.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.Designate;
import org.platformforge.kernel.api.extension.ExtensionRelease;

/**
 * The configuration as it is now. Limits of calls take effect with a release's next start, the others at once. Thread-safe.
 */
@Component(service = ExtensionSettings.class, configurationPid = ExtensionConfig.PID)
@Designate(ocd = ExtensionConfig.class)
public final class ExtensionSettings {
    private volatile Current current;

    /**
     * @param callAllocation bytes; 0 for no limit
     * @param insideHosts lower case, {@code host} or {@code host:port}
     */
    public record Current(
            Duration startTime,
            boolean screenAtStart,
            int callConcurrency,
            long callMillis,
            long callAllocation,
            int storageEntries,
            long storageBytes,
            Set<String> insideHosts,
            int httpConcurrency,
            Processes processes) {

        /** What a release gets of what it asks for. */
        public ExtensionRelease.Limits capped(ExtensionRelease.Limits asked) {
            return new ExtensionRelease.Limits(
                    Math.max(1, Math.min(asked.concurrency(), callConcurrency)),
                    Math.max(100, Math.min(asked.callMillis(), callMillis)));
        }
    }

    /**
     * Of extensions in processes of their own.
     *
     * @param count of processes on this node
     * @param host class path
     * @param java home of the JDK
     */
    public record Processes(
            int count,
            int heapMegabytes,
            Duration startTime,
            boolean withoutSandbox,
            String sandboxProgram,
            String host,
            Path java) {}

    @Activate
    public ExtensionSettings(ExtensionConfig config) {
        this.current = read(config);
    }

    @Modified
    void modified(ExtensionConfig config) {
        current = read(config);
    }

    public Current current() {
        return current;
    }

    private static Current read(ExtensionConfig config) {
        return new Current(
                Duration.ofSeconds(Math.max(1, config.start_seconds())),
                config.screen_at_start(),
                Math.max(1, config.call_concurrency()),
                Math.max(100, config.call_millis()),
                Math.max(0L, config.call_allocation()) << 20,
                Math.max(1, config.storage_entries()),
                Math.max(1L, config.storage_megabytes()) << 20,
                Arrays.stream(config.http_inside().split(","))
                        .map(host -> host.strip().toLowerCase(Locale.ROOT))
                        .filter(host -> !host.isEmpty())
                        .collect(Collectors.toUnmodifiableSet()),
                Math.max(1, config.http_concurrency()),
                new Processes(
                        Math.max(0, config.process_count()),
                        Math.max(32, config.process_heap_megabytes()),
                        Duration.ofSeconds(Math.max(1, config.process_start_seconds())),
                        config.process_without_sandbox(),
                        config.process_sandbox_program().strip(),
                        host(config.process_host().strip()),
                        Path.of(System.getProperty("java.home"))));
    }

    private static String host(String configured) {
        String home = System.getProperty("karaf.home", "");
        return configured.isEmpty() && !home.isEmpty()
                ? Path.of(home, "lib", "extension-host").toString()
                : configured;
    }
}
