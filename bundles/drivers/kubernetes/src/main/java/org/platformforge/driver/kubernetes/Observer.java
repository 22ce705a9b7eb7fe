package org.platformforge.driver.kubernetes;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.metrics.v1beta1.ContainerMetrics;
import io.fabric8.kubernetes.api.model.metrics.v1beta1.PodMetrics;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.platformforge.driver.kubernetes.KubernetesFailure.Kind;
import org.platformforge.extension.api.driver.Driver.Held;
import org.platformforge.extension.api.driver.Driver.Observation;
import org.platformforge.extension.api.driver.Driver.State;
import org.platformforge.extension.api.driver.Driver.Usage;

/** Looks at what the cluster has. Stateless. */
final class Observer {
    private static final int POD_NAME_LENGTH = 5;

    private Observer() {}

    static Optional<Observation> observe(Cluster cluster, String resourceId)
            throws KubernetesFailure, InterruptedException {
        Optional<Deployment> found = cluster.deployment(resourceId);
        if (found.isEmpty()) {
            return cluster.of(resourceId).isEmpty()
                    ? Optional.empty()
                    : Optional.of(
                            new Observation(State.FAILED, "Only parts of it are in the cluster", Map.of(), Map.of()));
        }
        Deployment deployment = found.get();
        List<Pod> pods = cluster.pods(resourceId);
        String detail = Trouble.of(deployment, ofRevision(deployment, pods))
                .map(Trouble::message)
                .orElse("");
        return Optional.of(new Observation(
                state(deployment), detail, outputs(cluster, deployment, resourceId), facts(cluster, deployment, pods)));
    }

    private static List<Pod> ofRevision(Deployment deployment, List<Pod> pods) {
        String revision = deployment
                .getSpec()
                .getTemplate()
                .getMetadata()
                .getAnnotations()
                .get(Marks.REVISION);
        return pods.stream()
                .filter(pod -> pod.getMetadata().getAnnotations() != null
                        && revision.equals(pod.getMetadata().getAnnotations().get(Marks.REVISION)))
                .toList();
    }

    private static State state(Deployment deployment) {
        if (Rollout.number(deployment.getSpec().getReplicas()) == 0) {
            return State.STOPPED;
        }
        if (deployment.getStatus() == null) {
            return State.STARTING;
        }
        if (Rollout.number(deployment.getStatus().getAvailableReplicas()) > 0) {
            return State.RUNNING;
        }
        return deployment.getStatus().getConditions().stream()
                .filter(condition -> "Progressing".equals(condition.getType()))
                .findFirst()
                .map(condition -> "False".equals(condition.getStatus())
                        ? State.FAILED
                        : "NewReplicaSetAvailable".equals(condition.getReason()) ? State.RESTARTING : State.STARTING)
                .orElse(State.STARTING);
    }

    private static Map<String, String> outputs(Cluster cluster, Deployment deployment, String resourceId)
            throws KubernetesFailure, InterruptedException {
        Map<String, String> outputs = new LinkedHashMap<>();
        outputs.put("deployment", deployment.getMetadata().getName());
        outputs.put("namespace", cluster.config().namespace());
        Address.of(cluster, resourceId).ifPresent(address -> {
            outputs.put("address", address.text());
            outputs.put("ip_address", address.host());
            outputs.put("port", Integer.toString(address.port()));
        });
        String scheme = cluster.config().ingress_tls_secret().isBlank() ? "http://" : "https://";
        cluster.ingress(resourceId)
                .flatMap(ingress -> ingress.getSpec().getRules().stream().findFirst())
                .ifPresent(rule -> outputs.put("url", scheme + rule.getHost() + "/"));
        return outputs;
    }

    private static Map<String, String> facts(Cluster cluster, Deployment deployment, List<Pod> pods) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("isolation", "pod of Kubernetes, restricted");
        Container app = app(deployment);
        facts.put("image", app.getImage());
        facts.put("limits.cpu", limit(app, "cpu"));
        facts.put("limits.memory", limit(app, "memory"));
        facts.put("limits.disk", limit(app, "ephemeral-storage"));
        int available = deployment.getStatus() == null
                ? 0
                : Rollout.number(deployment.getStatus().getAvailableReplicas());
        facts.put(
                "replicas",
                available + " of " + Rollout.number(deployment.getSpec().getReplicas()) + " available");
        facts.put("restarts", Integer.toString(restarts(pods)));
        facts.put("reached_by", cluster.config().service_type());
        return facts;
    }

    private static Container app(Deployment deployment) {
        return deployment.getSpec().getTemplate().getSpec().getContainers().get(0);
    }

    private static String limit(Container app, String what) {
        Quantity amount = amount(app, what);
        return amount == null ? "none" : amount + ", by Kubernetes";
    }

    private static Quantity amount(Container app, String what) {
        return app.getResources() == null || app.getResources().getLimits() == null
                ? null
                : app.getResources().getLimits().get(what);
    }

    private static int restarts(List<Pod> pods) {
        return pods.stream()
                .filter(pod -> pod.getStatus() != null)
                .flatMap(pod -> pod.getStatus().getContainerStatuses().stream())
                .map(ContainerStatus::getRestartCount)
                .mapToInt(Rollout::number)
                .sum();
    }

    /** Whatever is left of a resource is held, were it a Secret alone. */
    static List<Held> inventory(Cluster cluster) throws KubernetesFailure, InterruptedException {
        Map<String, Held> held = new LinkedHashMap<>();
        for (HasMetadata object : cluster.ofPlatform()) {
            Map<String, String> exact = object.getMetadata().getAnnotations();
            if (exact != null && exact.get(Marks.RESOURCE) != null) {
                String id = exact.get(Marks.RESOURCE);
                held.putIfAbsent(
                        id,
                        new Held(
                                id,
                                exact.get(Marks.TENANT),
                                exact.get(Marks.OWNER),
                                Marks.name(id) + ", " + exact.get(Marks.SERVICE) + " in "
                                        + exact.get(Marks.ENVIRONMENT)));
            }
        }
        return List.copyOf(held.values());
    }

    /** Of several pods one after the other, each line with the end of its pod's name before it. */
    static List<String> logs(Cluster cluster, String resourceId, int tail)
            throws KubernetesFailure, InterruptedException {
        List<Pod> pods = cluster.pods(resourceId);
        List<String> all = new ArrayList<>();
        for (Pod pod : pods) {
            String name = pod.getMetadata().getName();
            String label = pods.size() == 1 ? "" : name.substring(Math.max(0, name.length() - POD_NAME_LENGTH)) + ": ";
            try {
                cluster.log(pod, Pods.APP, false, tail).forEach(line -> all.add(label + line));
            } catch (KubernetesFailure e) {
                if (e.kind() != Kind.INVALID && e.kind() != Kind.NOT_FOUND) {
                    throw e;
                }
                all.add(label + "(" + e.getMessage() + ")"); // it has not begun, or is gone by now
            }
        }
        return all.subList(Math.max(0, all.size() - tail), all.size());
    }

    /** Of all pods together; what is used is known where the cluster measures (metrics.k8s.io). */
    static Optional<Usage> usage(Cluster cluster, String resourceId) throws KubernetesFailure, InterruptedException {
        Optional<Deployment> found = cluster.deployment(resourceId);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        List<PodMetrics> measured = measured(cluster, resourceId);
        int replicas = Rollout.number(found.get().getSpec().getReplicas());
        BigDecimal cpuLimit = value(amount(app(found.get()), "cpu"));
        BigDecimal memoryLimit = value(amount(app(found.get()), "memory"));
        BigDecimal cpu = sum(measured, "cpu");
        BigDecimal memory = sum(measured, "memory");
        return Optional.of(new Usage(
                cpu == null ? null : cpu.doubleValue(),
                cpuLimit == null ? null : cpuLimit.doubleValue() * replicas,
                memory == null ? null : memory.longValue(),
                memoryLimit == null ? null : memoryLimit.longValue() * replicas));
    }

    private static List<PodMetrics> measured(Cluster cluster, String resourceId)
            throws KubernetesFailure, InterruptedException {
        try {
            return cluster.call(client -> client.top()
                    .pods()
                    .withLabels(Marks.selector(cluster.platform(), resourceId))
                    .metrics(cluster.config().namespace())
                    .getItems());
        } catch (KubernetesFailure e) {
            if (e.kind() == Kind.NOT_FOUND || e.kind() == Kind.FORBIDDEN || e.kind() == Kind.BUSY) {
                return List.of(); // it does not measure, or not now
            }
            throw e;
        }
    }

    private static BigDecimal sum(List<PodMetrics> measured, String what) {
        return measured.stream()
                .flatMap(pod -> pod.getContainers().stream())
                .map(ContainerMetrics::getUsage)
                .map(usage -> value(usage.get(what)))
                .filter(value -> value != null)
                .reduce(BigDecimal::add)
                .orElse(null);
    }

    private static BigDecimal value(Quantity amount) {
        return amount == null ? null : Quantity.getAmountInBytes(amount);
    }
}
