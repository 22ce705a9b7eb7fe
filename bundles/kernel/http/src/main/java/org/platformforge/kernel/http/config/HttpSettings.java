package org.platformforge.kernel.http.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.platformforge.kernel.http.hygiene.Cors;
import org.platformforge.kernel.http.hygiene.CorsPolicy;
import org.platformforge.kernel.http.hygiene.Gzip;
import org.platformforge.kernel.http.hygiene.RequestLimits;
import org.platformforge.kernel.http.hygiene.SecurityHeaders;
import org.platformforge.kernel.http.json.JsonLimits;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configuration as it is now. A change takes effect with the next request (JSON limits with a module's next
 * generation) and restarts nothing. Thread-safe.
 */
@Component(
        service = HttpSettings.class,
        configurationPid = {HttpConfig.PID, HttpConfig.SETTINGS_PID})
public final class HttpSettings {
    private static final Logger LOG = LoggerFactory.getLogger(HttpSettings.class);

    private volatile Current current;

    /** One state of the configuration, with what is made of it once. */
    public record Current(
            Duration drainTime,
            Duration holdTime,
            Duration readyTime,
            Duration asyncTime,
            int maxBody,
            JsonLimits jsonLimits,
            RequestLimits requestLimits,
            Gzip gzip,
            Cors cors,
            SecurityHeaders securityHeaders,
            TrustedProxies trustedProxies,
            Duration stopDelay,
            Duration stopTime,
            int maxQueued,
            Duration maintenance,
            List<String> requiredChecks,
            Duration stepUpTime,
            String dataFolder) {

        /** How long clients have to wait because of maintenance; empty when there is none. */
        public Optional<Duration> maintenanceWait() {
            return Optional.ofNullable(maintenance);
        }

        /** @param allowed what the route allows; the smaller limit counts */
        public int maxBody(int allowed) {
            return maxBody > 0 ? Math.min(maxBody, allowed) : allowed;
        }
    }

    @Activate
    public HttpSettings(HttpConfig config) {
        this.current = read(config);
    }

    @Modified
    void modified(HttpConfig config) {
        current = read(config);
    }

    public Current current() {
        return current;
    }

    private static Current read(HttpConfig config) {
        return new Current(
                Duration.ofSeconds(Math.max(0, config.drain_timeout())),
                Duration.ofSeconds(Math.max(0, config.hold_timeout())),
                Duration.ofSeconds(Math.max(1, config.ready_timeout())),
                Duration.ofSeconds(Math.max(1, config.async_timeout())),
                config.max_body(),
                new JsonLimits(
                        Math.max(1, config.json_max_depth()),
                        Math.max(1, config.json_max_string()),
                        Math.max(1, config.json_max_number()),
                        Math.max(1, config.json_max_name()),
                        Math.max(1, config.json_max_problems())),
                new RequestLimits(Math.max(1, config.max_uri()), Math.max(1, config.max_headers())),
                new Gzip(Math.max(0, config.gzip_minimum())),
                new Cors(cors(config)),
                new SecurityHeaders(config.hsts()),
                TrustedProxies.of(List.of(clean(config.trusted_proxies())), config.trusted_header()),
                Duration.ofSeconds(Math.max(0, config.stop_delay())),
                Duration.ofSeconds(Math.max(0, config.stop_timeout())),
                Math.max(0, config.max_queued()),
                config.maintenance_mode() ? Duration.ofSeconds(Math.max(1, config.maintenance_retry_after())) : null,
                List.of(clean(config.required_checks())),
                Duration.ofSeconds(Math.max(1, config.step_up_seconds())),
                config.data());
    }

    /** A policy that makes no sense lets nobody in; it does not keep the platform from starting. */
    private static CorsPolicy cors(HttpConfig config) {
        try {
            return new CorsPolicy(
                    Set.of(clean(config.cors_origins())), config.cors_credentials(), config.cors_max_age());
        } catch (IllegalArgumentException e) {
            LOG.error("The cors.* keys are ignored: {}", e.getMessage());
            return CorsPolicy.none();
        }
    }

    /** A key with an empty value arrives as one empty string. */
    private static String[] clean(String[] values) {
        return java.util.Arrays.stream(values)
                .flatMap(value -> java.util.Arrays.stream(value.split(",")))
                .map(String::trim)
                .filter(value -> !value.isEmpty())
                .distinct()
                .toArray(String[]::new);
    }
}
