package org.platformforge.driver.kubernetes.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.dsl.HttpMethod;
import io.fabric8.mockwebserver.http.Buffer;
import io.fabric8.mockwebserver.http.Dispatcher;
import io.fabric8.mockwebserver.http.Headers;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * An API server with the controllers that matter here: fabric8's mock server keeps the objects, and on top of it are what it
 * does not have: server-side apply with its conflicts, generations, pods that Deployments have, addresses of Services,
 * faults. What a controller does is done before the request is answered, so that no test depends on time.
 */
public final class FakeCluster extends Dispatcher implements AutoCloseable {
    private static final String HTTP = "HTTP/1.1";
    private static final String REVISION = "platformforge.org/revision";
    private static final String ADDRESS = "127.0.0.1";
    /** It tells every request, and would be forgotten where nobody held it. */
    private static final Logger TALKATIVE = Logger.getLogger(MockWebServer.class.getName());

    static {
        TALKATIVE.setLevel(Level.WARNING);
    }

    /** What becomes of the pods of a Deployment. */
    public interface Behaviour {
        /** @return status of each pod, as JSON */
        String podStatus();

        default boolean available() {
            return false;
        }

        /** @return conditions of the Deployment, as a JSON array */
        default String conditions() {
            return "[]";
        }

        /** Whether there are pods at all. */
        default boolean pods() {
            return true;
        }
    }

    /** @param status and message of the answer instead of the right one */
    private record Fault(String method, String path, int status, String message) {}

    private final String namespace;
    private final KubernetesCrudDispatcher crud = new KubernetesCrudDispatcher();
    private final KubernetesMockServer server =
            new KubernetesMockServer(new Context(), new MockWebServer(), new HashMap<>(), this, false);
    private final List<RecordedRequest> requests = new CopyOnWriteArrayList<>();
    private final List<Fault> faults = new CopyOnWriteArrayList<>();
    private final Map<String, String> logs = new ConcurrentHashMap<>();
    private volatile Behaviour behaviour = ready();
    private volatile boolean podsStay;
    private volatile String onlyToken;

    /** At a port of its own. @param namespace the only one there is */
    public FakeCluster(String namespace) {
        this.namespace = namespace;
        server.init(InetAddress.getLoopbackAddress(), 0);
    }

    public String url() {
        return server.url("/");
    }

    @Override
    public void close() {
        server.destroy();
    }

    public static Behaviour ready() {
        return new Behaviour() {
            @Override
            public String podStatus() {
                return """
                        {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}],
                         "containerStatuses": [{"name": "app", "restartCount": 0, "ready": true,
                                                "state": {"running": {}}}]}""";
            }

            @Override
            public boolean available() {
                return true;
            }

            @Override
            public String conditions() {
                return "[{\"type\": \"Progressing\", \"status\": \"True\", \"reason\": \"NewReplicaSetAvailable\"}]";
            }
        };
    }

    /** Pods in this state. */
    public static Behaviour pod(String status) {
        return () -> status;
    }

    public static Behaviour waiting(String list, String name, String reason, String message, String last) {
        return pod("""
                {"phase": "Pending", "%s": [{"name": "%s", "restartCount": 2, "ready": false,
                  "state": {"waiting": {"reason": "%s", "message": "%s"}}, "lastState": %s}]}""".formatted(list, name, reason, message, last));
    }

    /** No pod can be made. */
    public static Behaviour refused(String message) {
        return new Behaviour() {
            @Override
            public String podStatus() {
                throw new IllegalStateException("there is none");
            }

            @Override
            public boolean pods() {
                return false;
            }

            @Override
            public String conditions() {
                return "[{\"type\": \"ReplicaFailure\", \"status\": \"True\", \"reason\": \"FailedCreate\", \"message\": \""
                        + message + "\"}]";
            }
        };
    }

    /** For what comes; and for what is there, at once. */
    public void behave(Behaviour changed) {
        behaviour = changed;
        objects("deployments").forEach(this::reconcile);
    }

    public void say(String pod, String log) {
        logs.put(pod, log);
    }

    /** Every request of this kind is answered so from now on. */
    public void fail(String method, String path, int status, String message) {
        faults.add(new Fault(method, path, status, message));
    }

    /** Nobody else from now on. */
    public void letIn(String token) {
        onlyToken = token;
    }

    public void heal() {
        faults.clear();
    }

    public void keepPods(boolean stay) {
        podsStay = stay;
    }

    public List<RecordedRequest> requests(Predicate<RecordedRequest> which) {
        return requests.stream().filter(which).toList();
    }

    /** All of the namespace. */
    public List<JsonNode> objects(String plural) {
        List<JsonNode> items = new ArrayList<>();
        Serialization.unmarshal(
                        ask(HttpMethod.GET, collection(plural), "").getBody().readUtf8(), JsonNode.class)
                .path("items")
                .forEach(items::add);
        return items;
    }

    public void put(String plural, String json) {
        ask(HttpMethod.POST, collection(plural), json);
    }

    private String collection(String plural) {
        String group = switch (plural) {
            case "deployments" -> "/apis/apps/v1";
            case "ingresses" -> "/apis/networking.k8s.io/v1";
            default -> "/api/v1";
        };
        return group + "/namespaces/" + namespace + "/" + plural;
    }

    private MockResponse ask(HttpMethod method, String path, String body) {
        Buffer content = new Buffer(body.getBytes(StandardCharsets.UTF_8));
        return crud.dispatch(
                new RecordedRequest(HTTP, method, path, Headers.builder().build(), content));
    }

    @Override
    public synchronized MockResponse dispatch(RecordedRequest request) {
        requests.add(request);
        String path = request.getPath().replaceAll("\\?.*", "");
        for (Fault fault : faults) {
            if (request.getMethod().equals(fault.method()) && path.matches(fault.path())) {
                return failure(fault.status(), fault.message());
            }
        }
        String token = onlyToken;
        if (token != null && !("Bearer " + token).equals(request.getHeader("Authorization"))) {
            return failure(401, "Unauthorized");
        }
        if (path.endsWith("/log")) {
            String pod = path.replaceAll(".*/pods/([^/]+)/log", "$1");
            return new MockResponse().setResponseCode(200).setBody(logs.getOrDefault(pod, ""));
        }
        if (request.method() == HttpMethod.PATCH
                && String.valueOf(request.getHeader("Content-Type")).startsWith("application/apply-patch+yaml")) {
            return apply(path, request.getUtf8Body());
        }
        MockResponse answer = crud.dispatch(request);
        if (request.method() == HttpMethod.DELETE && path.matches(".*/deployments/[^/]+") && !podsStay) {
            removePods(path.replaceAll(".*/", ""));
        }
        return answer;
    }

    private static MockResponse failure(int code, String message) {
        String status = Serialization.asJson(new StatusBuilder()
                .withStatus("Failure")
                .withCode(code)
                .withMessage(message)
                .build());
        return new MockResponse()
                .setResponseCode(code)
                .setHeader("Content-Type", "application/json")
                .setBody(status);
    }

    private MockResponse apply(String path, String body) {
        ObjectNode wanted = Serialization.unmarshal(body, ObjectNode.class);
        String plural = path.replaceAll(".*/([^/]+)/[^/]+", "$1");
        if (plural.equals("services")) {
            ((ObjectNode) wanted.path("spec")).put("clusterIP", ADDRESS);
        }
        MockResponse there = ask(HttpMethod.GET, path, "");
        if (there.code() == 404) {
            ((ObjectNode) wanted.path("metadata")).put("generation", 1);
            ask(HttpMethod.POST, path.replaceAll("/[^/]+$", ""), wanted.toString());
        } else {
            update(path, wanted, Serialization.unmarshal(there.getBody().readUtf8(), ObjectNode.class));
        }
        if (plural.equals("deployments")) {
            reconcile(Serialization.unmarshal(
                    ask(HttpMethod.GET, path, "").getBody().readUtf8(), JsonNode.class));
        }
        return ask(HttpMethod.GET, path, "");
    }

    private void update(String path, ObjectNode wanted, ObjectNode there) {
        boolean same = wanted.path("spec").equals(there.path("spec"));
        ObjectNode meta = (ObjectNode) wanted.path("metadata");
        meta.put("generation", there.path("metadata").path("generation").asInt() + (same ? 0 : 1));
        meta.set("uid", there.path("metadata").path("uid"));
        meta.set("creationTimestamp", there.path("metadata").path("creationTimestamp"));
        ask(HttpMethod.PUT, path, wanted.toString());
    }

    private void removePods(String deployment) {
        for (JsonNode pod : objects("pods")) {
            String name = pod.path("metadata").path("name").asText();
            if (name.startsWith(deployment + "-")) {
                ask(HttpMethod.DELETE, collection("pods") + "/" + name, "");
            }
        }
    }

    /** What the Deployment's controller, the scheduler and the kubelet would do. */
    private void reconcile(JsonNode deployment) {
        String name = deployment.path("metadata").path("name").asText();
        Behaviour now = behaviour;
        int replicas = deployment.path("spec").path("replicas").asInt();
        removePods(name);
        JsonNode template = deployment.path("spec").path("template");
        String revision =
                template.path("metadata").path("annotations").path(REVISION).asText();
        for (int i = 0; now.pods() && i < replicas; i++) {
            ObjectNode pod = Serialization.unmarshal(
                    "{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"status\": " + now.podStatus() + "}",
                    ObjectNode.class);
            ObjectNode meta = template.path("metadata").deepCopy();
            meta.put("name", name + "-" + revision + "-" + i);
            pod.set("metadata", meta);
            pod.set("spec", template.path("spec"));
            ask(HttpMethod.POST, collection("pods"), pod.toString());
        }
        int available = now.available() ? replicas : 0;
        String status = """
                {"observedGeneration": %d, "replicas": %d, "updatedReplicas": %d, "availableReplicas": %d, "conditions": %s}""".formatted(
                        deployment.path("metadata").path("generation").asInt(),
                        now.pods() ? replicas : 0,
                        now.pods() ? replicas : 0,
                        available,
                        now.conditions());
        ObjectNode changed = deployment.deepCopy();
        changed.set("status", Serialization.unmarshal(status, JsonNode.class));
        ask(HttpMethod.PUT, collection("deployments") + "/" + name + "/status", changed.toString());
    }
}
