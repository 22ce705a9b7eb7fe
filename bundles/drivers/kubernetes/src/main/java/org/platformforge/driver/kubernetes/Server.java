package org.platformforge.driver.kubernetes;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.platformforge.driver.kubernetes.KubernetesFailure.Kind;
import org.platformforge.kernel.api.health.HealthCheck.Health;
import org.platformforge.kernel.api.health.HealthCheck.Status;

/**
 * The configured cluster: connected to when it is first asked, and looked at in the background. While it is not configured
 * no class of the client is loaded. Thread-safe.
 */
final class Server {
    private static final long FRESH_NANOS = Duration.ofSeconds(15).toNanos();
    private static final Set<String> SERVICE_TYPES = Set.of("ClusterIP", "NodePort", "LoadBalancer");

    private final KubernetesConfig config;
    private final String platform;
    private final AtomicBoolean looking = new AtomicBoolean();
    private Cluster cluster;
    private boolean closed;
    private volatile Looked looked = new Looked(null, 0);

    /** @param health null before the first look */
    private record Looked(Health health, long atNanos) {}

    Server(KubernetesConfig config, String platform) {
        this.config = config;
        this.platform = platform;
    }

    KubernetesConfig config() {
        return config;
    }

    boolean configured() {
        return !config.kubeconfig().isBlank();
    }

    /** Files that were missing may be there the next time. */
    synchronized Cluster cluster() throws KubernetesFailure {
        if (closed) {
            throw new KubernetesFailure(Kind.UNREACHABLE, "The configuration is being changed", null);
        }
        if (cluster == null) {
            check();
            cluster = new Cluster(Connection.open(config), config, platform);
        }
        return cluster;
    }

    private void check() throws KubernetesFailure {
        String wrong = null;
        if (!SERVICE_TYPES.contains(config.service_type())) {
            wrong = "service.type must be ClusterIP, NodePort or LoadBalancer";
        } else if (config.service_type().equals("NodePort")
                && config.node_address().isBlank()) {
            wrong = "node.address is needed with service.type = NodePort";
        } else if (!config.run_as_user().strip().matches("([1-9][0-9]{0,9})?")) {
            wrong = "run.as.user must be the number of a user that is not root, or empty";
        }
        if (wrong != null) {
            throw new KubernetesFailure(Kind.CONFIGURATION, wrong, null);
        }
    }

    /** Calls that are on their way fail, and are made again by who made them. */
    synchronized void close() {
        closed = true;
        if (cluster != null) {
            cluster.close();
            cluster = null;
        }
    }

    /** How it was when it was looked at last, at most seconds ago while somebody asks; answers at once. */
    Health health() {
        if (!configured()) {
            return new Health(Status.NOT_CONFIGURED, "kubeconfig is empty");
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
        return last.health() == null
                ? new Health(Status.DEGRADED, "The API server has not answered yet")
                : last.health();
    }

    /** A cluster that is away keeps its applications from being changed, and the platform from nothing else. */
    private Health look() {
        try {
            cluster().look();
            return Health.healthy();
        } catch (KubernetesFailure e) {
            return new Health(Status.DEGRADED, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Health(Status.DEGRADED, "Interrupted");
        }
    }
}
