package org.platformforge.driver.lxd;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.platformforge.kernel.api.health.HealthCheck.Health;
import org.platformforge.kernel.api.health.HealthCheck.Status;

/** The configured server: connected to when it is first asked, and looked at in the background. Thread-safe. */
final class Server {
    private static final long FRESH_NANOS = Duration.ofSeconds(15).toNanos();

    private final LxdConfig config;
    private final AtomicBoolean looking = new AtomicBoolean();
    private final ImageTools images = new ImageTools(this::client);
    private LxdClient client;
    private volatile Looked looked = new Looked(null, 0);

    /** @param health null before the first look */
    private record Looked(Health health, long atNanos) {}

    Server(LxdConfig config) {
        this.config = config;
    }

    LxdConfig config() {
        return config;
    }

    boolean configured() {
        return !config.url().isBlank();
    }

    ImageTools images() {
        return images;
    }

    /** Files that were missing may be there the next time. */
    synchronized LxdClient client() throws LxdFailure {
        if (client == null) {
            client = new LxdClient(config);
        }
        return client;
    }

    /** How it was when it was looked at last, at most seconds ago while somebody asks; answers at once. */
    Health health() {
        if (!configured()) {
            return new Health(Status.NOT_CONFIGURED, "url is empty");
        }
        Looked last = looked;
        boolean old = last.health() == null || System.nanoTime() - last.atNanos() > FRESH_NANOS;
        if (old && looking.compareAndSet(false, true)) {
            CompletableFuture.supplyAsync(this::look).whenComplete((health, failure) -> {
                if (health != null) {
                    looked = new Looked(health, System.nanoTime());
                }
                looking.set(false);
            });
        }
        return last.health() == null ? new Health(Status.DEGRADED, "The server has not answered yet") : last.health();
    }

    /** A server that is away keeps its applications from being changed, and the platform from nothing else. */
    private Health look() {
        try {
            JsonNode about = client().get("/1.0");
            return "trusted".equals(about.path("auth").asText())
                    ? Health.healthy()
                    : new Health(Status.DEGRADED, "The server does not trust the client's certificate");
        } catch (LxdFailure e) {
            return new Health(Status.DEGRADED, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Health(Status.DEGRADED, "Interrupted");
        }
    }
}
