package org.platformforge.kernel.http.tls;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import javax.servlet.http.HttpServletRequest;
import org.eclipse.jetty.server.Server;
import org.osgi.service.component.ComponentException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.platformforge.kernel.api.health.HealthCheck;
import org.platformforge.kernel.http.hygiene.ServerWatcher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * HTTPS beside HTTP, on the same server. It opens when the server is met, and again when the configuration says another
 * port, address, protocol or cipher. New files of the certificate, and another path or password, are taken by the
 * connections that come from then on; those that are open go on. Files that do not make a certificate leave the one before in
 * place, and a value that cannot be read leaves HTTPS closed; both say so in the log and in the health check. Thread-safe.
 */
@Component(
        service = {HttpsListener.class, ServerWatcher.class, HealthCheck.class},
        configurationPid = TlsConfig.PID,
        immediate = true) // a health check, and what the server is given to when it is met
public final class HttpsListener implements ServerWatcher, HealthCheck {
    private static final Logger LOG = LoggerFactory.getLogger(HttpsListener.class);

    private final Clock clock;
    private TlsConfig config;
    private Server server;
    private HttpsConnector connector;
    private KeyMaterial material;
    private String digest = "";
    private String unusable = "";
    private ScheduledExecutorService watcher;
    private ScheduledFuture<?> watch;
    private volatile String problem;
    private volatile int redirectPort;
    private volatile Instant end;
    private volatile Duration warning = Duration.ZERO;
    private volatile boolean configured;
    private boolean readable;

    @Activate
    public HttpsListener(TlsConfig config) {
        this(config, Clock.systemUTC());
    }

    HttpsListener(TlsConfig config, Clock clock) {
        this.clock = clock;
        take(config);
    }

    @Modified
    synchronized void modified(TlsConfig changed) {
        boolean same = connector != null
                && unreadable(changed).isEmpty()
                && changed.port() == config.port()
                && changed.address().equals(config.address())
                && Arrays.equals(changed.protocols(), config.protocols())
                && Arrays.equals(changed.ciphers(), config.ciphers());
        take(changed);
        digest = "";
        if (same) {
            look();
            look();
            announce();
        } else {
            close();
            open();
        }
        watch();
    }

    @Deactivate
    synchronized void deactivate() {
        if (watcher != null) {
            watcher.shutdownNow();
        }
        close();
    }

    @Override
    public synchronized void met(Server found) {
        if (server != found) {
            close();
            server = found;
            open();
            watch();
        }
    }

    private void take(TlsConfig changed) {
        config = changed;
        Optional<String> wrong = unreadable(changed);
        readable = wrong.isEmpty();
        configured = !readable || config.port() > 0;
        warning = readable ? Duration.ofDays(Math.max(0, config.warn_days())) : Duration.ZERO;
        problem = configured ? "HTTPS is not open yet" : null;
        wrong.ifPresent(reason -> failed("HTTPS is not open: a setting in " + TlsConfig.PID + ".cfg cannot be read ("
                + reason + "); bin/forge config check names it"));
    }

    /** Values are converted when they are asked for. HTTP needs this component, so that it bears with every value. */
    private static Optional<String> unreadable(TlsConfig config) {
        try {
            Stream.<IntSupplier>of(config::port, config::check_seconds, config::warn_days, config::public_port)
                    .forEach(IntSupplier::getAsInt);
            return Optional.empty();
        } catch (ComponentException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            return Optional.of(String.valueOf(cause.getMessage()));
        }
    }

    private void open() {
        if (!configured || !readable || server == null) {
            return;
        }
        digest = KeyMaterial.digest(config.certificate(), config.key());
        try {
            material = KeyMaterial.read(config.certificate(), config.key(), config.password());
            connector = HttpsConnector.open(server, config, material);
            LOG.info(
                    "HTTPS is open on {}:{} with the certificate of {}, which ends {}",
                    config.address(),
                    config.port(),
                    material.subject(),
                    material.end());
            problem = null;
            announce();
        } catch (KeyMaterial.UnusableException | HttpsConnector.NotOpenException e) {
            failed("HTTPS is not open: " + e.getMessage());
        }
    }

    private void announce() {
        end = material.end();
        boolean redirects = "redirect".equals(config.http());
        redirectPort = !redirects ? 0 : config.public_port() > 0 ? config.public_port() : config.port();
    }

    private void close() {
        redirectPort = 0;
        end = null;
        if (connector != null) {
            connector.close(server);
            connector = null;
        }
    }

    private void watch() {
        if (watch != null) {
            watch.cancel(false);
            watch = null;
        }
        if (!configured || !readable || server == null) {
            return;
        }
        if (watcher == null) {
            ScheduledThreadPoolExecutor one = new ScheduledThreadPoolExecutor(1, task -> {
                Thread thread = new Thread(task, "forge-certificate");
                thread.setDaemon(true);
                return thread;
            });
            one.setRemoveOnCancelPolicy(true);
            watcher = one;
        }
        long seconds = Math.max(1, config.check_seconds());
        watch = watcher.scheduleWithFixedDelay(this::lookAgain, seconds, seconds, TimeUnit.SECONDS);
    }

    private void lookAgain() {
        try {
            look();
        } catch (RuntimeException e) {
            LOG.error("The certificate could not be looked at", e);
        }
    }

    /** Compares contents: links that are turned, as orchestrators do, and dates that are kept make no difference. */
    synchronized void look() {
        String now = KeyMaterial.digest(config.certificate(), config.key());
        if (now.equals(digest)) {
            return;
        }
        if (connector == null) {
            open();
            return;
        }
        try {
            KeyMaterial found = KeyMaterial.read(config.certificate(), config.key(), config.password());
            if (found.end().isBefore(clock.instant()) && material.end().isAfter(clock.instant())) {
                throw new KeyMaterial.UnusableException(config.certificate() + " ended " + found.end());
            }
            connector.reload(found);
            material = found;
            digest = now;
            problem = null;
            announce();
            LOG.info("The certificate of {}, which ends {}, has taken its place", found.subject(), found.end());
        } catch (KeyMaterial.UnusableException | HttpsConnector.NotOpenException e) {
            // certificate and key are two files: between the one and the other nothing is wrong yet
            if (now.equals(unusable)) {
                digest = now;
                failed("The new certificate is not used, the one before is: " + e.getMessage());
            }
            unusable = now;
        }
    }

    private void failed(String message) {
        problem = message;
        LOG.error("{}", message);
    }

    /** Where a plain request has to go instead; empty when it may stay. */
    public Optional<String> redirect(HttpServletRequest request) {
        int port = redirectPort;
        if (port == 0 || request.isSecure() || request.getRequestURI().startsWith("/health")) {
            return Optional.empty();
        }
        String query = request.getQueryString();
        return Optional.of("https://" + request.getServerName() + (port == 443 ? "" : ":" + port)
                + request.getRequestURI() + (query == null ? "" : "?" + query));
    }

    @Override
    public String name() {
        return "https";
    }

    /** Not open is not ready; a certificate that ends soon, or a new one that is not used, is degraded. */
    @Override
    public Health check() {
        if (!configured) {
            return new Health(Status.NOT_CONFIGURED, "");
        }
        Instant until = end;
        String known = problem;
        if (until == null) {
            return Health.unhealthy(known == null ? "HTTPS is not open yet" : known);
        }
        if (known != null) {
            return new Health(Status.DEGRADED, known);
        }
        Instant now = clock.instant();
        if (until.isBefore(now)) {
            return new Health(Status.DEGRADED, "The certificate ended " + until);
        }
        return until.isBefore(now.plus(warning))
                ? new Health(Status.DEGRADED, "The certificate ends " + until)
                : Health.healthy();
    }
}
