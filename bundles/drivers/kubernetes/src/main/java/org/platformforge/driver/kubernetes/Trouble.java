package org.platformforge.driver.kubernetes;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Why a rollout is not done, in Kubernetes' own words.
 *
 * @param hopeless whether waiting does not help
 * @param pod it is about, or null
 * @param container of the pod whose log may say more, or null
 */
record Trouble(String code, String message, boolean hopeless, Pod pod, ContainerStatus container) {
    static final String LATE = "ROLLOUT_TIMEOUT";
    static final String PROBE = "PROBE_TIMEOUT";

    private static final String TRUE = "True";
    private static final String FALSE = "False";
    private static final String CRASHED = "CrashLoopBackOff";
    private static final Set<String> IMAGE_HOPELESS =
            Set.of("InvalidImageName", "ErrImageNeverPull", "ImagePullBackOff", "ImageInspectError");
    private static final Set<String> START_HOPELESS =
            Set.of("CreateContainerConfigError", "CreateContainerError", "RunContainerError");

    /** @param pods of the revision that is rolled out */
    static Optional<Trouble> of(Deployment deployment, List<Pod> pods) {
        List<Trouble> all = Stream.concat(
                        refused(deployment).stream(), pods.stream().flatMap(pod -> of(pod).stream()))
                .toList();
        return all.stream()
                .filter(Trouble::hopeless)
                .findFirst()
                .or(() -> late(deployment, all))
                .or(() -> all.stream().findFirst());
    }

    /** No pod could be made: a quota, an admission controller, a Pod Security Standard. */
    private static Optional<Trouble> refused(Deployment deployment) {
        return condition(deployment, "ReplicaFailure", TRUE).map(condition -> {
            String words = condition.getReason() + ": " + condition.getMessage();
            String code = words.contains("exceeded quota") ? "KUBERNETES_QUOTA" : "KUBERNETES_FORBIDDEN";
            return new Trouble(code, words, true, null, null);
        });
    }

    /** What is the matter with a pod says more than that it takes too long. */
    private static Optional<Trouble> late(Deployment deployment, List<Trouble> others) {
        return condition(deployment, "Progressing", FALSE)
                .filter(condition -> "ProgressDeadlineExceeded".equals(condition.getReason()))
                .map(condition -> others.stream()
                        .findFirst()
                        .map(other -> new Trouble(other.code(), other.message(), true, other.pod(), other.container()))
                        .orElse(new Trouble(
                                LATE, condition.getReason() + ": " + condition.getMessage(), true, null, null)));
    }

    private static Optional<DeploymentCondition> condition(Deployment deployment, String type, String status) {
        return deployment.getStatus() == null
                ? Optional.empty()
                : deployment.getStatus().getConditions().stream()
                        .filter(condition -> type.equals(condition.getType()) && status.equals(condition.getStatus()))
                        .findFirst();
    }

    private static Optional<Trouble> of(Pod pod) {
        if (pod.getStatus() == null || pod.getMetadata().getDeletionTimestamp() != null) {
            return Optional.empty();
        }
        Optional<Trouble> container = Stream.concat(
                        pod.getStatus().getInitContainerStatuses().stream(),
                        pod.getStatus().getContainerStatuses().stream())
                .flatMap(status -> of(pod, status).stream())
                .findFirst();
        return container.or(() -> unscheduled(pod)).or(() -> unready(pod));
    }

    private static Optional<Trouble> of(Pod pod, ContainerStatus status) {
        ContainerState state = status.getState();
        if (state == null || state.getWaiting() == null || state.getWaiting().getReason() == null) {
            return Optional.empty();
        }
        String reason = state.getWaiting().getReason();
        String said = state.getWaiting().getMessage();
        String words = said == null || said.isBlank() ? reason : reason + ": " + said;
        if (reason.equals(CRASHED)) {
            String code = Pods.FETCH.equals(status.getName()) ? "ARTIFACT_FETCH" : "PROCESS_ENDED";
            return Optional.of(new Trouble(code, CRASHED + ended(status), true, pod, status));
        }
        if (IMAGE_HOPELESS.contains(reason) || reason.equals("ErrImagePull")) {
            return Optional.of(new Trouble("IMAGE_PULL", words, IMAGE_HOPELESS.contains(reason), pod, null));
        }
        boolean hopeless = START_HOPELESS.contains(reason);
        return hopeless
                ? Optional.of(new Trouble("CONTAINER_START", words, true, pod, null))
                : Optional.of(new Trouble(LATE, words, false, pod, null));
    }

    private static String ended(ContainerStatus status) {
        ContainerStateTerminated last =
                status.getLastState() == null ? null : status.getLastState().getTerminated();
        return last == null
                ? ""
                : ": " + status.getName() + " ended with exit code " + last.getExitCode()
                        + (last.getReason() == null ? "" : " (" + last.getReason() + ")");
    }

    /** A node may still come; a cluster that grows by itself takes its time. */
    private static Optional<Trouble> unscheduled(Pod pod) {
        return condition(pod, "PodScheduled")
                .map(condition -> new Trouble(
                        "UNSCHEDULABLE", condition.getReason() + ": " + condition.getMessage(), false, pod, null));
    }

    private static Optional<Trouble> unready(Pod pod) {
        return condition(pod, "Ready")
                .filter(condition -> "Running".equals(pod.getStatus().getPhase()))
                .map(condition -> new Trouble(
                        PROBE,
                        "the probe has not been answered with success yet",
                        false,
                        pod,
                        pod.getStatus().getContainerStatuses().stream()
                                .findFirst()
                                .orElse(null)));
    }

    private static Optional<PodCondition> condition(Pod pod, String type) {
        return pod.getStatus().getConditions().stream()
                .filter(condition -> type.equals(condition.getType()) && FALSE.equals(condition.getStatus()))
                .findFirst();
    }
}
