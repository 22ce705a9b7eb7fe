package org.platformforge.kernel.store.component;

import java.nio.file.Path;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.platformforge.kernel.store.database.DatabaseSettings;
import org.platformforge.kernel.store.outbox.DeliverySettings;
import org.platformforge.kernel.store.tx.RetryPolicy;

/** Reads the configuration: what is empty, or a placeholder nobody filled in, gets its default. */
final class Settings {
    private static final String DATABASE = "platform";

    private final StoreConfig config;
    private final UnaryOperator<String> property;

    /** @param property framework and system properties by name; null for unset ones */
    Settings(StoreConfig config, UnaryOperator<String> property) {
        this.config = config;
        this.property = property;
    }

    /** @throws IllegalArgumentException when a value makes no sense */
    DatabaseSettings database() {
        String url = value(config.url());
        return new DatabaseSettings(
                url == null ? "jdbc:derby:" + derbyFolder().resolve(DATABASE) : url,
                value(config.user()),
                value(config.password()),
                config.pool_size(),
                Duration.ofMillis(config.pool_wait()),
                Duration.ofMillis(config.statement_timeout()),
                Duration.ofMillis(config.lock_timeout()));
    }

    Path derbyFolder() {
        String folder = value(config.derby_folder());
        if (folder != null) {
            return Path.of(folder).toAbsolutePath();
        }
        String data = property.apply("forge.data");
        return Path.of(data == null ? "data" : data, "derby").toAbsolutePath();
    }

    Path derbyLog() {
        String file = value(config.derby_log());
        return file == null ? derbyFolder().resolve("derby.log") : Path.of(file).toAbsolutePath();
    }

    Duration healthInterval() {
        return Duration.ofMillis(Math.max(100, config.health_interval()));
    }

    RetryPolicy retries() {
        return new RetryPolicy(
                config.retry_attempts(), RetryPolicy.DEFAULT.firstPause(), RetryPolicy.DEFAULT.longestPause());
    }

    DeliverySettings delivery() {
        return new DeliverySettings(
                Duration.ofMillis(config.events_poll()),
                Duration.ofMillis(config.events_lease()),
                Duration.ofMillis(config.events_retry_first()),
                Duration.ofMillis(config.events_retry_longest()),
                config.events_attempts(),
                Duration.ofDays(config.events_retention()));
    }

    int auditQueue() {
        return Math.max(1, config.audit_queue());
    }

    static String value(String configured) {
        return configured == null || configured.isBlank() || configured.startsWith("${") ? null : configured.strip();
    }
}
