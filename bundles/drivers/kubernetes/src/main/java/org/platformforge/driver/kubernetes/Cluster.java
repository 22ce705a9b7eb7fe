package org.platformforge.driver.kubernetes;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.platformforge.driver.kubernetes.KubernetesFailure.Kind;

/**
 * What this platform has in its namespace of a cluster. An object without this platform's mark is not ours, whatever its
 * name. Stateless: the API server is asked each time. Thread-safe.
 */
final class Cluster implements AutoCloseable {
    private static final int UNPROCESSABLE = 422;
    private static final int TOO_MANY_REQUESTS = 429;

    private final KubernetesClient client;
    private final KubernetesConfig config;
    private final String platform;

    /** A call of the client. */
    @FunctionalInterface
    interface Call<T> {
        T make(KubernetesClient client);
    }

    /** @param platform the mark of this platform, the same on all its nodes */
    Cluster(KubernetesClient client, KubernetesConfig config, String platform) {
        this.client = client;
        this.config = config;
        this.platform = platform;
    }

    KubernetesConfig config() {
        return config;
    }

    String platform() {
        return platform;
    }

    @Override
    public void close() {
        client.close();
    }

    <T> T call(Call<T> call) throws KubernetesFailure, InterruptedException {
        try {
            return call.make(client);
        } catch (KubernetesClientException e) {
            if (Thread.interrupted()) {
                throw (InterruptedException) new InterruptedException().initCause(e);
            }
            throw failure(e);
        } catch (IllegalStateException | RejectedExecutionException e) {
            throw new KubernetesFailure(Kind.UNREACHABLE, "The client was closed: " + e.getMessage(), e);
        }
    }

    private static KubernetesFailure failure(KubernetesClientException e) {
        String words = words(e);
        if (!isAnswered(e)) {
            return new KubernetesFailure(Kind.UNREACHABLE, words, e);
        }
        Kind kind = switch (e.getCode()) {
            case HttpURLConnection.HTTP_UNAUTHORIZED -> Kind.UNAUTHORIZED;
            case HttpURLConnection.HTTP_FORBIDDEN -> words.contains("exceeded quota") ? Kind.QUOTA : Kind.FORBIDDEN;
            case HttpURLConnection.HTTP_NOT_FOUND -> Kind.NOT_FOUND;
            case HttpURLConnection.HTTP_CONFLICT -> Kind.CONFLICT;
            case HttpURLConnection.HTTP_BAD_REQUEST, UNPROCESSABLE -> Kind.INVALID;
            default -> e.getCode() == TOO_MANY_REQUESTS || e.getCode() >= 500 ? Kind.BUSY : Kind.INVALID;
        };
        return new KubernetesFailure(kind, words, e);
    }

    private static boolean isAnswered(KubernetesClientException e) {
        return e.getCode() > 0;
    }

    /** The API server's own, without the request. */
    private static String words(KubernetesClientException e) {
        Status status = e.getStatus();
        if (status != null
                && status.getMessage() != null
                && !status.getMessage().isBlank()) {
            return status.getMessage();
        }
        if (isAnswered(e)) {
            return "The API server answered " + e.getCode();
        }
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String why = root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
        return "The API server cannot be reached: " + why;
    }

    Optional<Deployment> deployment(String resourceId) throws KubernetesFailure, InterruptedException {
        return Optional.ofNullable(call(client -> client.apps()
                        .deployments()
                        .withName(Marks.name(resourceId))
                        .get()))
                .filter(this::ours);
    }

    Optional<Service> service(String resourceId) throws KubernetesFailure, InterruptedException {
        return Optional.ofNullable(call(client ->
                        client.services().withName(Marks.name(resourceId)).get()))
                .filter(this::ours);
    }

    Optional<Ingress> ingress(String resourceId) throws KubernetesFailure, InterruptedException {
        return Optional.ofNullable(call(client -> client.network()
                        .v1()
                        .ingresses()
                        .withName(Marks.name(resourceId))
                        .get()))
                .filter(this::ours);
    }

    private boolean ours(HasMetadata object) {
        Map<String, String> labels = object.getMetadata().getLabels();
        return labels != null && platform.equals(labels.get(Marks.PLATFORM));
    }

    /** Oldest first. */
    List<Pod> pods(String resourceId) throws KubernetesFailure, InterruptedException {
        List<Pod> pods = new ArrayList<>(call(client -> client.pods()
                .withLabels(Marks.selector(platform, resourceId))
                .list()
                .getItems()));
        pods.sort(Comparator.comparing(
                        (Pod pod) -> String.valueOf(pod.getMetadata().getCreationTimestamp()))
                .thenComparing(pod -> pod.getMetadata().getName()));
        return pods;
    }

    /**
     * Makes an object or brings it to what it shall be. What others have written into it stays theirs: when they own what is
     * to be changed, nothing is.
     */
    void apply(HasMetadata object) throws KubernetesFailure, InterruptedException {
        HasMetadata there = call(client -> client.resource(object).get());
        if (there != null && !ours(there)) {
            throw new KubernetesFailure(
                    Kind.CONFLICT,
                    "the namespace has a " + object.getKind() + " "
                            + object.getMetadata().getName() + " that this platform has not made",
                    null);
        }
        call(client -> client.resource(object).fieldManager(Marks.MANAGER).serverSideApply());
    }

    /** Everything that belongs to a resource, or to all of them. */
    List<HasMetadata> all(Map<String, String> labels) throws KubernetesFailure, InterruptedException {
        List<HasMetadata> all = new ArrayList<>();
        all.addAll(call(client ->
                client.network().v1().ingresses().withLabels(labels).list().getItems()));
        all.addAll(call(client -> client.services().withLabels(labels).list().getItems()));
        all.addAll(call(
                client -> client.apps().deployments().withLabels(labels).list().getItems()));
        all.addAll(kept(labels));
        return all;
    }

    List<HasMetadata> ofPlatform() throws KubernetesFailure, InterruptedException {
        return all(Map.of(Marks.PLATFORM, platform, Marks.MANAGED_BY, Marks.MANAGER));
    }

    List<HasMetadata> of(String resourceId) throws KubernetesFailure, InterruptedException {
        return all(Marks.selector(platform, resourceId));
    }

    /** ConfigMaps and Secrets. */
    List<HasMetadata> kept(Map<String, String> labels) throws KubernetesFailure, InterruptedException {
        List<HasMetadata> kept = new ArrayList<>();
        List<ConfigMap> maps =
                call(client -> client.configMaps().withLabels(labels).list().getItems());
        List<Secret> secrets =
                call(client -> client.secrets().withLabels(labels).list().getItems());
        kept.addAll(maps);
        kept.addAll(secrets);
        return kept;
    }

    /** Begins it; what belongs to the object goes before it does. */
    void delete(HasMetadata object) throws KubernetesFailure, InterruptedException {
        try {
            call(client -> client.resource(object)
                    .withPropagationPolicy(DeletionPropagation.FOREGROUND)
                    .delete());
        } catch (KubernetesFailure e) {
            if (e.kind() != Kind.NOT_FOUND) {
                throw e;
            }
        }
    }

    /** Ingresses of anybody in the namespace that have a host. */
    List<Ingress> ingressesOf(String host) throws KubernetesFailure, InterruptedException {
        Function<Ingress, Boolean> has = ingress -> ingress.getSpec() != null
                && ingress.getSpec().getRules().stream().anyMatch(rule -> host.equals(rule.getHost()));
        List<Ingress> all =
                call(client -> client.network().v1().ingresses().list().getItems());
        return all.stream().filter(has::apply).toList();
    }

    /** The last lines a container wrote; of the one before it when it was started again. Oldest first. */
    List<String> log(Pod pod, String container, boolean before, int tail)
            throws KubernetesFailure, InterruptedException {
        String name = pod.getMetadata().getName();
        String text = call(client -> before
                ? client.pods()
                        .withName(name)
                        .inContainer(container)
                        .terminated()
                        .tailingLines(tail)
                        .getLog()
                : client.pods()
                        .withName(name)
                        .inContainer(container)
                        .tailingLines(tail)
                        .getLog());
        return text == null ? List.of() : text.lines().toList();
    }

    /** What the cluster itself has noted of a pod and calls a warning, the last of it. */
    Optional<String> warning(Pod pod) throws KubernetesFailure, InterruptedException {
        String name = pod.getMetadata().getName();
        List<Event> events = call(client -> client.v1()
                .events()
                .withField("involvedObject.name", name)
                .list()
                .getItems());
        return events.stream()
                .filter(event -> "Warning".equals(event.getType()))
                .max(Comparator.comparing(event -> String.valueOf(event.getLastTimestamp())))
                .map(event -> event.getReason() + ": " + event.getMessage());
    }

    /** One question that needs what everything else needs. */
    void look() throws KubernetesFailure, InterruptedException {
        call(client -> client.apps()
                .deployments()
                .list(new ListOptionsBuilder().withLimit(1L).build()));
    }
}
