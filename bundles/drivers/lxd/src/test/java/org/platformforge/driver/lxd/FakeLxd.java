package org.platformforge.driver.lxd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;

/**
 * As much of LXD's API as the engine uses, over HTTPS with client certificates, with faults where a test wants them. What
 * runs in its instances are the engine's own scripts, known by their first line; an application is a small HTTP server.
 */
final class FakeLxd implements AutoCloseable {
    /** What goes wrong with a call. */
    enum Fault {
        /** Not done, and answered 500. */
        REFUSE,
        /** Done, and answered 500. */
        DO_AND_REFUSE,
        /** Done, and never answered. */
        DO_AND_KEEP_SILENT,
        /** Its task is begun and fails. */
        FAIL_TASK,
        /** Its task does its work and is reported as failed. */
        DO_AND_FAIL_TASK,
        /** Another task holds the instance. */
        BUSY,
        /** Not done, and answered with what is no JSON. */
        NONSENSE,
        /** Not done, and answered without an end. */
        ENDLESS,
        /** Not done, and the connection is cut. */
        CUT
    }

    static {
        // else each answer waits for the client to acknowledge its head: 40 ms
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    /** @param call its number, or negative for the next one of a name */
    private record Planned(int call, String name, Fault fault) {}

    private final ObjectMapper json = new ObjectMapper();
    private final HttpsServer server;
    private final HttpServer application;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Map<String, ObjectNode> instances = new ConcurrentHashMap<>();
    private final Map<String, byte[]> files = new ConcurrentHashMap<>();
    private final Map<String, ObjectNode> tasks = new ConcurrentHashMap<>();
    private final List<Planned> faults = new CopyOnWriteArrayList<>();
    final List<String> calls = new CopyOnWriteArrayList<>();
    volatile int exitOfBuild;
    volatile boolean buildHangs;
    volatile boolean applicationDies;
    volatile String createError;
    /** What the image says it has; null for nothing. */
    volatile String tools;

    FakeLxd(KeyStore serverKeys, KeyStore trusted) {
        try {
            server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            SSLContext context = context(serverKeys, trusted);
            server.setHttpsConfigurator(new HttpsConfigurator(context) {
                @Override
                public void configure(HttpsParameters parameters) {
                    SSLParameters tls = context.getDefaultSSLParameters();
                    tls.setNeedClientAuth(true);
                    parameters.setSSLParameters(tls);
                }
            });
            server.setExecutor(threads);
            server.createContext("/", this::handle);
            server.start();
            application = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            application.createContext("/", exchange -> {
                byte[] body = "hello".getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
                exchange.close();
            });
            application.start();
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SSLContext context(KeyStore keys, KeyStore trusted) throws GeneralSecurityException {
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, Certificates.PASSWORD);
        TrustManagerFactory others = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        others.init(trusted);
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(own.getKeyManagers(), others.getTrustManagers(), null);
        return context;
    }

    String url() {
        return "https://localhost:" + server.getAddress().getPort();
    }

    int applicationPort() {
        return application.getAddress().getPort();
    }

    /** @param call counted from 0 */
    void plan(int call, Fault fault) {
        faults.add(new Planned(call, "", fault));
    }

    /** @param name method and path; the fault happens once for each time it is planned */
    void planOn(String name, Fault fault) {
        faults.add(new Planned(-1, name, fault));
    }

    void forgetPlans() {
        faults.clear();
    }

    private Fault planned(int number, String call) {
        for (Planned planned : faults) {
            if (planned.call() == number || planned.call() < 0 && planned.name().equals(call)) {
                faults.remove(planned);
                return planned.fault();
            }
        }
        return null;
    }

    Map<String, ObjectNode> instances() {
        return instances;
    }

    Optional<String> file(String instance, String path) {
        return Optional.ofNullable(files.get(instance + ":" + path))
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    void file(String instance, String path, String content) {
        files.put(instance + ":" + path, content.getBytes(StandardCharsets.UTF_8));
    }

    ObjectNode foreign(String name) {
        ObjectNode instance = json.createObjectNode().put("name", name).put("status", "Running");
        instance.putObject("config");
        instances.put(name, instance);
        return instance;
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        application.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String call =
                exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
        int number;
        synchronized (calls) {
            number = calls.size();
            calls.add(call);
        }
        byte[] body = exchange.getRequestBody().readAllBytes();
        Fault fault = planned(number, call);
        try {
            answer(exchange, body, fault);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            exchange.close();
        }
    }

    private void answer(HttpExchange exchange, byte[] body, Fault fault) throws IOException, InterruptedException {
        if (fault == null) {
            send(exchange, done(exchange, body, null));
            return;
        }
        switch (fault) {
            case REFUSE -> send(exchange, error(500, "the disk is on fire"));
            case DO_AND_REFUSE -> {
                done(exchange, body, null);
                send(exchange, error(500, "the answer was lost"));
            }
            case DO_AND_KEEP_SILENT -> {
                done(exchange, body, null);
                closing.await(30, TimeUnit.SECONDS);
            }
            case FAIL_TASK, DO_AND_FAIL_TASK -> send(exchange, done(exchange, body, fault));
            case BUSY -> send(exchange, error(400, "Instance is busy running a \"start\" operation"));
            case NONSENSE -> {
                exchange.sendResponseHeaders(200, 0);
                exchange.getResponseBody().write("<html>".getBytes(StandardCharsets.UTF_8));
            }
            case ENDLESS -> {
                exchange.sendResponseHeaders(200, 0);
                byte[] blanks = new byte[1 << 16];
                java.util.Arrays.fill(blanks, (byte) ' ');
                while (closing.getCount() > 0) {
                    exchange.getResponseBody().write(blanks);
                }
            }
            default -> {
                // CUT: closed without an answer
            }
        }
    }

    private ObjectNode error(int code, String words) {
        return json.createObjectNode()
                .put("type", "error")
                .put("error_code", code)
                .put("error", words);
    }

    private ObjectNode sync(JsonNode metadata) {
        ObjectNode answer = json.createObjectNode().put("type", "sync").put("status_code", 200);
        answer.set("metadata", metadata);
        return answer;
    }

    private void send(HttpExchange exchange, Object answer) throws IOException {
        byte[] body = answer instanceof byte[] raw ? raw : json.writeValueAsBytes(answer);
        int status = answer instanceof ObjectNode node
                ? "error".equals(node.path("type").asText())
                        ? node.path("error_code").asInt()
                        : "async".equals(node.path("type").asText()) ? 202 : 200
                : 200;
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    private Object done(HttpExchange exchange, byte[] body, Fault fault) throws IOException {
        String method = exchange.getRequestMethod();
        String[] path = exchange.getRequestURI().getPath().substring(1).split("/");
        Map<String, String> query = query(exchange);
        if (path.length == 1) {
            return sync(json.createObjectNode().put("auth", "trusted"));
        }
        if (path[1].equals("operations")) {
            return operations(path);
        }
        if (path[1].equals("images")) {
            return image(path);
        }
        if (path.length == 2) {
            return method.equals("GET") ? list() : create(json.readTree(body), fault);
        }
        ObjectNode instance = instances.get(path[2]);
        if (instance == null) {
            return error(404, "Instance not found");
        }
        if (path.length == 3) {
            return instance(method, instance, body, fault);
        }
        return switch (path[3]) {
            case "state" -> state(method, instance, body, fault);
            case "exec" -> exec(instance, json.readTree(body), fault);
            case "files" -> files(method, path[2], query.get("path"), body);
            case "logs" -> method.equals("GET") ? log(path[2], path[4]) : sync(json.createObjectNode());
            default -> error(404, "not found");
        };
    }

    private static Map<String, String> query(HttpExchange exchange) {
        Map<String, String> query = new ConcurrentHashMap<>();
        String raw = exchange.getRequestURI().getRawQuery();
        if (raw != null) {
            for (String part : raw.split("&")) {
                String[] pair = part.split("=", 2);
                query.put(pair[0], URLDecoder.decode(pair[1], StandardCharsets.UTF_8));
            }
        }
        return query;
    }

    private Object operations(String[] path) {
        if (path.length == 2) {
            return sync(json.createObjectNode());
        }
        ObjectNode task = tasks.get(path[2]);
        return task == null ? error(404, "Operation not found") : sync(task);
    }

    private ObjectNode image(String[] path) {
        String fingerprint = "f2d2703271fa";
        if (path.length == 4 && path[2].equals("aliases") && path[3].equals("forge")) {
            return sync(json.createObjectNode().put("name", "forge").put("target", fingerprint));
        }
        if (path.length != 3 || !path[2].equals(fingerprint)) {
            return error(404, "Image not found");
        }
        ObjectNode image = json.createObjectNode();
        image.putObject("properties").put("os", "debian").put("forge.tools", tools);
        return sync(image);
    }

    private ObjectNode list() {
        ArrayNode all = json.createArrayNode();
        instances.values().forEach(all::add);
        return sync(all);
    }

    private ObjectNode task(Fault fault, Runnable work) {
        return task(fault, work, json.createObjectNode());
    }

    private ObjectNode task(Fault fault, Runnable work, JsonNode metadata) {
        String id = UUID.randomUUID().toString();
        ObjectNode task = json.createObjectNode();
        if (fault != Fault.FAIL_TASK) {
            work.run();
        }
        if (fault == null) {
            task.put("status_code", 200).set("metadata", metadata);
        } else {
            task.put("status_code", 400).put("status", "Failure").put("err", "the task failed");
        }
        tasks.put(id, task);
        return json.createObjectNode().put("type", "async").put("operation", "/1.0/operations/" + id);
    }

    private ObjectNode create(JsonNode body, Fault fault) {
        if (createError != null) {
            return error(400, createError);
        }
        String name = body.path("name").asText();
        if (instances.containsKey(name)) {
            return error(409, "Instance already exists");
        }
        return task(fault, () -> {
            ObjectNode instance = body.deepCopy();
            instance.put("status", "Stopped");
            instance.set("expanded_config", body.path("config").deepCopy());
            instances.put(name, instance);
        });
    }

    private ObjectNode instance(String method, ObjectNode instance, byte[] body, Fault fault) throws IOException {
        String name = instance.path("name").asText();
        switch (method) {
            case "GET":
                return sync(instance);
            case "PATCH":
                ((ObjectNode) instance.path("config"))
                        .setAll((ObjectNode) json.readTree(body).path("config"));
                return sync(json.createObjectNode());
            default:
                if (instance.path("status").asText().equals("Running")) {
                    return error(400, "Instance is running");
                }
                return task(fault, () -> {
                    instances.remove(name);
                    files.keySet().removeIf(file -> file.startsWith(name + ":"));
                });
        }
    }

    private ObjectNode state(String method, ObjectNode instance, byte[] body, Fault fault) throws IOException {
        if (method.equals("PUT")) {
            boolean start = json.readTree(body).path("action").asText().equals("start");
            return task(fault, () -> instance.put("status", start ? "Running" : "Stopped"));
        }
        ObjectNode state = json.createObjectNode();
        state.putObject("network")
                .putObject("eth0")
                .putArray("addresses")
                .addObject()
                .put("family", "inet")
                .put("scope", "global")
                .put("address", "127.0.0.1");
        state.putObject("memory").put("usage", 7 << 20);
        state.putObject("cpu").put("usage", System.nanoTime() & Long.MAX_VALUE);
        return sync(state);
    }

    private Object files(String method, String name, String path, byte[] body) {
        if (method.equals("POST")) {
            files.put(name + ":" + path, body);
            return sync(json.createObjectNode());
        }
        byte[] content = files.get(name + ":" + path);
        return content == null ? error(404, "file not found") : content;
    }

    private Object log(String name, String log) {
        return files.getOrDefault(name + ":log:" + log, new byte[0]);
    }

    private ObjectNode exec(ObjectNode instance, JsonNode order, Fault fault) {
        String name = instance.path("name").asText();
        if (!instance.path("status").asText().equals("Running")) {
            return error(400, "Instance is not running");
        }
        List<String> arguments = new ArrayList<>();
        order.path("command").forEach(word -> arguments.add(word.asText()));
        String script = arguments.get(2);
        ObjectNode metadata = json.createObjectNode();
        boolean building = script.contains("each of the commands");
        ObjectNode answer = task(
                fault,
                () -> {
                    String output = run(name, script, arguments.subList(4, arguments.size()));
                    String log = "exec_" + UUID.randomUUID() + ".stdout";
                    files.put(name + ":log:" + log, output.getBytes(StandardCharsets.UTF_8));
                    metadata.put("return", building ? exitOfBuild : 0);
                    metadata.putObject("output").put("1", "/1.0/instances/" + name + "/logs/" + log);
                },
                metadata);
        if (building && buildHangs && fault == null) {
            tasks.get(answer.path("operation").asText().replaceAll(".*/", "")).put("status_code", 103);
        }
        return answer;
    }

    private String run(String name, String script, List<String> arguments) {
        if (script.contains("the service, supervised")) {
            file(name, Guests.LOG, "started\nsecond line\n");
            file(name, Guests.STARTS, applicationDies ? "2\n" : "1\n");
            if (applicationDies) {
                file(name, Guests.EXIT, "3\n");
            }
            return "systemd\n";
        }
        if (script.contains("each of the commands")) {
            file(name, Guests.BUILD_LOG, "+ " + String.join("\n+ ", arguments) + "\nbuilt\n");
            return "";
        }
        if (script.contains("what the folder holds")) {
            file(name, Guests.ARTIFACT, "an archive");
            return "10\n";
        }
        if (script.contains("tail -c")) {
            String log = file(name, Guests.BUILD_LOG).orElse("");
            return log.substring(Math.min(log.length(), Integer.parseInt(arguments.get(0)) - 1));
        }
        return "";
    }
}
