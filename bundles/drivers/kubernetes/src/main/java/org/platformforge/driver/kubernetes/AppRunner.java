package org.platformforge.driver.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.platformforge.driver.common.HttpProbe;
import org.platformforge.driver.kubernetes.KubernetesFailure.Kind;
import org.platformforge.extension.api.driver.DriverException;
import org.platformforge.extension.api.driver.Progress;

/** Brings a resource into the cluster, to the point where it is in use, and out of it. Stateless. */
final class AppRunner {
    private static final long POLL_MILLIS = 500;
    private static final int LAST_LINES = 100;
    private static final int MOST_LOGS = 10;

    private AppRunner() {}

    /** What is there already is changed to what is wanted, and only where it differs. */
    static void run(Cluster cluster, Wanted wanted, Progress progress) throws DriverException, InterruptedException {
        try {
            checkHost(cluster, wanted);
            List<HasMetadata> objects = Manifests.of(wanted, cluster.platform(), cluster.config());
            for (HasMetadata object : objects) {
                cluster.apply(object);
            }
            progress.log("Applied " + objects.stream().map(HasMetadata::getKind).collect(Collectors.joining(", "))
                    + " in the namespace " + cluster.config().namespace());
            new Rollout(cluster, wanted, progress).await();
            if (!wanted.spec().worker()) {
                awaitAnswer(cluster, wanted, progress);
            }
            prune(cluster, wanted, objects);
        } catch (KubernetesFailure e) {
            throw e.driver("The application could not be brought up");
        }
    }

    /** The first who has a host keeps it: a second Ingress for it would take a part of its requests. */
    private static void checkHost(Cluster cluster, Wanted wanted)
            throws KubernetesFailure, DriverException, InterruptedException {
        String host = wanted.spec().host();
        if (host == null) {
            return;
        }
        for (Ingress ingress : cluster.ingressesOf(host)) {
            if (!ingress.getMetadata().getName().equals(wanted.name())) {
                throw new DriverException("HOST_TAKEN", "The host " + host + " has another Ingress", false, null);
            }
        }
    }

    /** The pods are ready, says the cluster; the gateway has to reach them besides. */
    private static void awaitAnswer(Cluster cluster, Wanted wanted, Progress progress)
            throws KubernetesFailure, DriverException, InterruptedException {
        long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(wanted.spec().timeoutSeconds());
        String reason = "it has no address";
        do {
            Rollout.cancelled(progress);
            Optional<Address> address = Address.of(cluster, wanted.resource().id());
            if (address.isPresent()) {
                reason = HttpProbe.probe(
                        address.get().host(),
                        address.get().port(),
                        wanted.spec().probePath());
                if (reason == null) {
                    progress.log("Ready at " + address.get().text());
                    return;
                }
                reason += " at " + address.get().text();
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        } while (System.nanoTime() < limit);
        throw new DriverException(
                "NOT_REACHABLE",
                "Its pods are ready, and the platform does not reach the application's Service (service.type = "
                        + cluster.config().service_type() + "): " + reason,
                false,
                null);
    }

    /** What earlier revisions had, and no pod has any more. */
    private static void prune(Cluster cluster, Wanted wanted, List<HasMetadata> objects)
            throws KubernetesFailure, InterruptedException {
        for (HasMetadata there : cluster.of(wanted.resource().id())) {
            if (objects.stream().noneMatch(object -> same(object, there))) {
                cluster.delete(there);
            }
        }
    }

    private static boolean same(HasMetadata one, HasMetadata other) {
        return one.getKind().equals(other.getKind())
                && one.getMetadata().getName().equals(other.getMetadata().getName());
    }

    /** Returns when the cluster has nothing of it any more. */
    static void remove(Cluster cluster, String resourceId, Progress progress)
            throws DriverException, InterruptedException {
        try {
            List<HasMetadata> there = cluster.of(resourceId);
            keepLog(cluster, resourceId, progress);
            for (HasMetadata object : there) {
                progress.log("Removing the " + object.getKind() + " "
                        + object.getMetadata().getName());
                cluster.delete(object);
            }
            awaitGone(cluster, resourceId);
            if (!there.isEmpty()) {
                progress.log("Everything of " + Marks.name(resourceId) + " is gone");
            }
        } catch (KubernetesFailure e) {
            throw e.driver("The application was not removed");
        }
    }

    private static void awaitGone(Cluster cluster, String resourceId) throws KubernetesFailure, InterruptedException {
        int seconds = cluster.config().removal_timeout_seconds();
        long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (true) {
            List<HasMetadata> left = new ArrayList<>(cluster.of(resourceId));
            left.addAll(cluster.pods(resourceId));
            if (left.isEmpty()) {
                return;
            }
            if (System.nanoTime() > limit) {
                String names = left.stream()
                        .map(object ->
                                object.getKind() + " " + object.getMetadata().getName())
                        .collect(Collectors.joining(", "));
                throw new KubernetesFailure(
                        Kind.TIMEOUT, "after " + seconds + " s the cluster still has " + names, null);
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    /** Best effort: what cannot be read from is removed all the same. */
    private static void keepLog(Cluster cluster, String resourceId, Progress progress) throws InterruptedException {
        try {
            for (Pod pod : cluster.pods(resourceId).stream().limit(MOST_LOGS).toList()) {
                cluster.log(pod, Pods.APP, false, LAST_LINES).forEach(line -> progress.log("app: " + line));
            }
        } catch (KubernetesFailure e) {
            progress.log("Its log could not be read any more: " + e.getMessage());
        }
    }
}
