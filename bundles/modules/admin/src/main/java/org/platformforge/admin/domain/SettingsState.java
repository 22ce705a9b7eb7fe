package org.platformforge.admin.domain;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.admin.store.SettingsTable;
import org.platformforge.admin.store.SettingsVersion;
import org.platformforge.kernel.api.security.Tenants;
import org.platformforge.kernel.api.store.Store;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the settings in force on this node: as the configuration {@value #PID}, which whoever obeys them reads after its own
 * file. Changes of other nodes are looked for once a second. Thread-safe.
 */
// Immediate: settings are in force whether somebody asks for them or not.
@Component(service = SettingsState.class, immediate = true)
public final class SettingsState {
    static final String PID = "org.platformforge.settings";

    private static final Logger LOG = LoggerFactory.getLogger(SettingsState.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    /** A transaction's time is that of its start: rows are looked for again this far back. */
    private static final Duration OVERLAP = Duration.ofSeconds(60);

    private static final int STOP_SECONDS = 5;

    private final Store store;
    private final ConfigurationAdmin configurations;
    private final Map<String, SettingsVersion> current = new ConcurrentSkipListMap<>();
    private final ScheduledExecutorService timer;
    private Instant seenUntil = Instant.EPOCH;
    private boolean failing;

    @Activate
    public SettingsState(@Reference Store store, @Reference ConfigurationAdmin configurations) {
        this.store = store;
        this.configurations = configurations;
        refresh();
        this.timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "admin-settings");
            thread.setDaemon(true);
            return thread;
        });
        timer.scheduleWithFixedDelay(this::poll, POLL.toMillis(), POLL.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Deactivate
    void stop() throws InterruptedException {
        timer.shutdown();
        timer.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
    }

    private void poll() {
        try {
            refresh();
            failing = false;
        } catch (RuntimeException e) {
            // An exception would end the timer for good.
            if (!failing) {
                failing = true;
                LOG.info("Settings that were changed elsewhere cannot be read now: {}", e.getMessage());
            }
        }
    }

    /** Reads what has changed, and puts it in force here. */
    synchronized void refresh() {
        store.run(Store.ALL_TENANTS, tx -> {
            for (SettingsVersion version : SettingsTable.changedSince(tx, seenUntil)) {
                current.merge(
                        version.tenantId(), version, (old, fresh) -> fresh.version() >= old.version() ? fresh : old);
            }
            seenUntil = tx.now().minus(OVERLAP);
        });
        apply();
    }

    private void apply() {
        try {
            Configuration configuration = configurations.getConfiguration(PID, "?");
            Map<String, Object> wanted = properties();
            if (!wanted.equals(properties(configuration))) {
                configuration.update(new Hashtable<>(wanted));
            }
        } catch (IOException e) {
            throw new IllegalStateException("The settings could not be kept", e);
        }
    }

    private static Map<String, Object> properties(Configuration configuration) {
        Map<String, Object> found = new TreeMap<>();
        Dictionary<String, Object> properties = configuration.getProperties();
        if (properties != null) {
            Collections.list(properties.keys()).stream()
                    .filter(key -> !key.startsWith("service.") && !key.startsWith("felix."))
                    .forEach(key -> found.put(key, properties.get(key)));
        }
        return found;
    }

    private Map<String, Object> properties() {
        Map<String, Object> properties = new TreeMap<>();
        for (Setting setting : Setting.values()) {
            own(Tenants.PLATFORM, setting).ifPresent(value -> properties.put(setting.key(), value));
            if (setting.ofTenants()) {
                List<String> overrides = new ArrayList<>();
                current.keySet().stream()
                        .filter(tenant -> !tenant.equals(Tenants.PLATFORM))
                        .forEach(
                                tenant -> own(tenant, setting).ifPresent(value -> overrides.add(tenant + '=' + value)));
                properties.put(setting.key() + ".tenants", String.join(",", overrides));
            }
        }
        return properties;
    }

    /** What is in force on this node. */
    SettingsVersion of(String tenantId) {
        return current.getOrDefault(tenantId, SettingsVersion.none(tenantId));
    }

    private Optional<Object> own(String tenantId, Setting setting) {
        return Optional.ofNullable(of(tenantId).values().get(setting.wireName()))
                .flatMap(setting::parse);
    }

    /**
     * A value with where it came from.
     *
     * @param source {@code tenant}, {@code platform}, {@code file} or {@code default}
     */
    public record Effective(Object value, String source) {}

    /** The value in force for a tenant, of each setting. */
    public Map<Setting, Effective> effective(String tenantId) {
        Map<Setting, Effective> effective = new LinkedHashMap<>();
        for (Setting setting : Setting.values()) {
            Effective platform = platform(setting);
            Optional<Object> tenant = tenantId.equals(Tenants.PLATFORM) ? Optional.empty() : own(tenantId, setting);
            boolean overridden = setting.ofTenants()
                    && tenant.filter(value -> setting.stricter(value, platform.value()))
                            .isPresent();
            effective.put(setting, overridden ? new Effective(tenant.get(), "tenant") : platform);
        }
        return effective;
    }

    /** The platform's value of a setting, which a tenant may only tighten. */
    Effective platform(Setting setting) {
        Optional<Object> own = own(Tenants.PLATFORM, setting);
        if (own.isPresent()) {
            return new Effective(own.get(), "platform");
        }
        return file(setting)
                .map(value -> new Effective(value, "file"))
                .orElseGet(() -> new Effective(setting.initial(), "default"));
    }

    private Optional<Object> file(Setting setting) {
        try {
            Dictionary<String, Object> properties =
                    configurations.getConfiguration(setting.pid(), "?").getProperties();
            return properties == null
                    ? Optional.empty()
                    : Optional.ofNullable(properties.get(setting.key())).flatMap(setting::parse);
        } catch (IOException e) {
            throw new IllegalStateException("The configuration cannot be read", e);
        }
    }
}
