package org.platformforge.infrastructure.logs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.Designate;
import org.platformforge.kernel.api.security.Tenants;

/** The store of each tenant, opened when it is needed and closed when nobody has for a while. Thread-safe. */
@Component(service = LogStores.class, configurationPid = LogConfig.PID)
@Designate(ocd = LogConfig.class)
public final class LogStores {
    private static final Pattern TENANT = Pattern.compile("[A-Za-z0-9_-]{1,100}");
    private static final Duration IDLE = Duration.ofMinutes(10);
    private static final Duration FLUSH = Duration.ofMinutes(5);
    private static final long MB = 1 << 20;

    private final Path folder;
    private final Map<String, Holder> stores = new HashMap<>();
    private final AtomicLong missed = new AtomicLong();
    private volatile LogConfig config;
    private boolean closed;

    private static final class Holder {
        private final LogStore store;
        private long used = System.nanoTime();

        private Holder(LogStore store) {
            this.store = store;
        }
    }

    @Activate
    public LogStores(LogConfig config) {
        this.config = config;
        this.folder = config.folder().isBlank() || config.folder().contains("${")
                ? Path.of(System.getProperty("forge.data", "data"), "logs").toAbsolutePath()
                : Path.of(config.folder().strip()).toAbsolutePath();
    }

    @Modified
    void modified(LogConfig changed) {
        config = changed;
    }

    LogConfig config() {
        return config;
    }

    private Path folder(String tenantId) {
        if (!TENANT.matcher(tenantId).matches()) {
            throw new IllegalArgumentException("The tenant's id is no name of a folder");
        }
        return folder.resolve(tenantId);
    }

    /** To read; empty while there are no lines. */
    Optional<LogStore> read(String tenantId) {
        return Files.isDirectory(folder(tenantId)) ? Optional.of(open(tenantId)) : Optional.empty();
    }

    /** To write; empty while another generation of this module does. */
    Optional<LogStore> write(String tenantId) {
        return Optional.of(open(tenantId)).filter(LogStore::writable);
    }

    private synchronized LogStore open(String tenantId) {
        Holder known = stores.get(tenantId);
        if (known != null) {
            known.used = System.nanoTime();
            return known.store;
        }
        LogStore store = LogStore.open(folder(tenantId));
        if (closed) {
            store.close();
        } else if (store.writable()) {
            stores.put(tenantId, new Holder(store));
        }
        return store;
    }

    /** Lines that an engine no longer had when it was asked for them. */
    void missed(long lines) {
        missed.addAndGet(lines);
    }

    /**
     * What the stores that are open hold.
     *
     * @param bytes on disk
     * @param missed how often since the start lines were gone before they could be collected
     */
    public record Figures(int stores, long bytes, long missed) {}

    public synchronized Figures figures() {
        long bytes = stores.values().stream()
                .mapToLong(holder -> holder.store.bytes())
                .sum();
        return new Figures(stores.size(), bytes, missed.get());
    }

    /** Writes what is in memory for long, removes what is too old or too much, closes what is not used. */
    synchronized void tidy() {
        LogConfig now = config;
        Instant oldest = Instant.now().minus(Duration.ofDays(Math.max(1, now.keep_days())));
        for (Iterator<Map.Entry<String, Holder>> all = stores.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<String, Holder> entry = all.next();
            LogStore store = entry.getValue().store;
            boolean platform = Tenants.PLATFORM.equals(entry.getKey());
            store.flush(FLUSH);
            store.retain(Math.max(1, platform ? now.platform_max_mb() : now.tenant_max_mb()) * MB, oldest);
            if (!platform && System.nanoTime() - entry.getValue().used > IDLE.toNanos()) {
                all.remove();
                store.close();
            }
        }
    }

    /** Removes what is too old of tenants whose applications are gone. */
    synchronized void expire() {
        if (closed || !Files.isDirectory(folder)) {
            return;
        }
        Instant oldest = Instant.now().minus(Duration.ofDays(Math.max(1, config.keep_days())));
        List<Path> folders;
        try (Stream<Path> all = Files.list(folder)) {
            folders = all.filter(Files::isDirectory)
                    .filter(one -> !stores.containsKey(String.valueOf(one.getFileName())))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("The folder of the logs cannot be read", e);
        }
        for (Path one : folders) {
            try (LogStore store = LogStore.open(one)) {
                store.retain(Math.max(1, config.tenant_max_mb()) * MB, oldest);
                store.expire(oldest);
            }
        }
    }

    /** All of them, whatever one of them says against it. */
    @Deactivate
    void close() {
        Map<String, Holder> open;
        synchronized (this) {
            closed = true;
            open = Map.copyOf(stores);
            stores.clear();
        }
        UncheckedIOException first = null;
        for (Holder holder : open.values()) {
            try {
                holder.store.close();
            } catch (UncheckedIOException e) {
                first = first == null ? e : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
