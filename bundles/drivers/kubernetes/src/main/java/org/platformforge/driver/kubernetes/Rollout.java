package org.platformforge.driver.kubernetes;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.platformforge.driver.kubernetes.KubernetesFailure.Kind;
import org.platformforge.extension.api.driver.DriverException;
import org.platformforge.extension.api.driver.Progress;

/** Follows a Deployment until all of its pods are of the new revision and available. Of one thread. */
final class Rollout {
    private static final long POLL_MILLIS = 500;
    private static final int ERROR_LINES = 12;

    private final Cluster cluster;
    private final Wanted wanted;
    private final Progress progress;
    private String told = "";

    Rollout(Cluster cluster, Wanted wanted, Progress progress) {
        this.cluster = cluster;
        this.wanted = wanted;
        this.progress = progress;
    }

    /** How far it is: the time runs anew with every pod. */
    private record Standing(int updated, int available, int all) {
        static Standing of(Deployment deployment) {
            DeploymentStatus status = deployment.getStatus();
            return status == null
                    ? new Standing(0, 0, 0)
                    : new Standing(
                            number(status.getUpdatedReplicas()),
                            number(status.getAvailableReplicas()),
                            number(status.getReplicas()));
        }

        boolean complete(int wanted) {
            return updated == wanted && available == wanted && all == wanted;
        }
    }

    static int number(Integer count) {
        return count == null ? 0 : count;
    }

    void await() throws KubernetesFailure, DriverException, InterruptedException {
        Standing before = null;
        long limit = 0;
        while (true) {
            cancelled(progress);
            Deployment now = cluster.deployment(wanted.resource().id())
                    .orElseThrow(() ->
                            new KubernetesFailure(Kind.NOT_FOUND, "the Deployment was removed by somebody else", null));
            Standing standing = Standing.of(now);
            if (!standing.equals(before)) {
                before = standing;
                limit = System.nanoTime()
                        + TimeUnit.SECONDS.toNanos(wanted.spec().timeoutSeconds());
                tell(standing.available() + " of " + wanted.spec().replicas() + " pods are available");
            }
            if (isSeen(now)) {
                if (standing.complete(wanted.spec().replicas())) {
                    return;
                }
                look(now, System.nanoTime() > limit);
            } else if (System.nanoTime() > limit) {
                throw late("the cluster does not take notice of the Deployment");
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    static void cancelled(Progress progress) throws DriverException {
        if (progress.cancelled()) {
            throw new DriverException("CANCELLED", "Cancelled while the application was starting", false, null);
        }
    }

    /** Before, its status is that of the specification before. */
    private static boolean isSeen(Deployment deployment) {
        Long seen =
                deployment.getStatus() == null ? null : deployment.getStatus().getObservedGeneration();
        Long current = deployment.getMetadata().getGeneration();
        return seen != null && (current == null || seen >= current);
    }

    private void look(Deployment deployment, boolean late)
            throws KubernetesFailure, DriverException, InterruptedException {
        List<Pod> pods = cluster.pods(wanted.resource().id()).stream()
                .filter(this::isOfRevision)
                .toList();
        Optional<Trouble> trouble = Trouble.of(deployment, pods);
        trouble.ifPresent(one -> tell("Waiting: " + one.message()));
        if (trouble.isPresent() && (late || trouble.get().hopeless())) {
            throw failed(trouble.get());
        }
        if (late) {
            throw late("no pod became available");
        }
    }

    private boolean isOfRevision(Pod pod) {
        Map<String, String> annotations = pod.getMetadata().getAnnotations();
        return annotations != null && Objects.equals(annotations.get(Marks.REVISION), wanted.revision());
    }

    private void tell(String line) {
        if (!line.equals(told)) {
            told = line;
            progress.log(line);
        }
    }

    private DriverException late(String why) {
        return new DriverException(
                Trouble.LATE, "No progress for " + wanted.spec().timeoutSeconds() + " s: " + why, false, null);
    }

    private DriverException failed(Trouble trouble) throws InterruptedException {
        StringBuilder message = new StringBuilder(
                        trouble.hopeless()
                                ? ""
                                : "Not ready after " + wanted.spec().timeoutSeconds() + " s: ")
                .append(trouble.message());
        if (trouble.pod() != null) {
            message.append(" (pod ")
                    .append(trouble.pod().getMetadata().getName())
                    .append(')');
            message.append(more(trouble));
        }
        return new DriverException(trouble.code(), message.toString(), false, null);
    }

    /** Best effort. */
    private String more(Trouble trouble) throws InterruptedException {
        try {
            if (trouble.container() == null) {
                return trouble.hopeless()
                        ? ""
                        : cluster.warning(trouble.pod())
                                .map(words -> "; " + words)
                                .orElse("");
            }
            boolean before = number(trouble.container().getRestartCount()) > 0;
            List<String> lines = cluster.log(trouble.pod(), trouble.container().getName(), before, ERROR_LINES);
            return lines.isEmpty() ? "; it wrote nothing" : "; its last lines: " + String.join(" | ", lines);
        } catch (KubernetesFailure e) {
            return "; its log could not be read: " + e.getMessage();
        }
    }
}
