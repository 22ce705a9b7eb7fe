package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.platformforge.itests.extensions.Artifact;

/** The marketplace as one tenant uses it. Thread-safe. */
public final class Marketplace {
    static final String ROOT = "/api/v1/marketplace/";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BOUNDARY = "artifact-" + UUID.randomUUID();

    private final Platform platform;
    private final Account account;

    public Marketplace(Platform platform, Account account) {
        this.platform = platform;
        this.account = account;
    }

    /** Of somebody new. */
    static Marketplace register(Platform platform) {
        return new Marketplace(platform, Account.register(platform));
    }

    public Account account() {
        return account;
    }

    public Answer get(String path) {
        return platform.http().get(path, account.bearer());
    }

    public Answer post(String path, Object body) {
        return platform.http().post(path, json(body), account.bearer());
    }

    Answer put(String path, Object body) {
        return platform.http()
                .send(
                        "PUT",
                        path,
                        json(body),
                        "Authorization",
                        "Bearer " + account.accessToken(),
                        "Content-Type",
                        "application/json");
    }

    Answer delete(String path) {
        return platform.http().delete(path, account.bearer());
    }

    private static String json(Object body) {
        try {
            return JSON.writeValueAsString(body);
        } catch (java.io.IOException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** @param signature null for none */
    public Answer publish(Artifact artifact, String signature) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        part(body, "bundle\"; filename=\"bundle.jar", artifact.bytes());
        if (signature != null) {
            part(body, "signature", signature.getBytes(StandardCharsets.UTF_8));
        }
        body.writeBytes(("--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.UTF_8));
        return platform.http()
                .sendBytes(
                        "POST",
                        ROOT + "extensions/publish",
                        body.toByteArray(),
                        "Authorization",
                        "Bearer " + account.accessToken(),
                        "Content-Type",
                        "multipart/form-data; boundary=" + BOUNDARY);
    }

    private static void part(ByteArrayOutputStream body, String name, byte[] content) {
        body.writeBytes(("--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8));
        body.writeBytes(content);
        body.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
    }

    /** @param more of the request's body: configuration, accepted_permissions, dry_run */
    Answer askInstall(String id, String version, Map<String, ?> more) {
        return post(ROOT + "extensions/" + id + "/install", wish(version, more));
    }

    /** What installing it without any answer of the tenant's would be like. */
    public JsonNode plan(String id, String version) {
        return askInstall(id, version, Map.of("dry_run", true)).data();
    }

    /** Returns when it is done, well. */
    public void install(String id, String version, Map<String, ?> more) {
        completed(askInstall(id, version, more));
    }

    Answer askUpgrade(String id, String version) {
        return post(ROOT + "installations/" + id + "/upgrade", wish(version, Map.of()));
    }

    /** Returns when it is done, well. */
    public void upgrade(String id, String version) {
        completed(askUpgrade(id, version));
    }

    /** @param action such as {@code rollback}. */
    Answer ask(String id, String action) {
        return post(ROOT + "installations/" + id + "/" + action, Map.of());
    }

    /** Returns when it is done, well. */
    public void act(String id, String action) {
        completed(ask(id, action));
    }

    Answer askUninstall(String id, String data) {
        return delete(ROOT + "installations/" + id + "?data=" + data);
    }

    /** Returns when it is done, well, and nothing is kept. */
    public void uninstall(String id) {
        completed(askUninstall(id, "erase"));
    }

    private static Map<String, Object> wish(String version, Map<String, ?> more) {
        Map<String, Object> wish = new LinkedHashMap<>(more);
        wish.put("version", version);
        return wish;
    }

    /** What the extension answers the tenant. */
    public Answer call(String id, String path) {
        return get("/api/v1/ext/" + id + path);
    }

    /** The version that answers the tenant, as its own code tells. */
    String version(String id) {
        Answer answer = call(id, "/shop");
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        return answer.data().path("version").asText();
    }

    /** An operation's record when it has ended. */
    public JsonNode ended(Answer accepted) {
        assertThat(accepted.status()).as(accepted.toString()).isEqualTo(202);
        return ended(accepted.data().path("operation_id").asText());
    }

    JsonNode ended(String operationId) {
        for (int i = 0; i < 6; i++) {
            Answer answer = get("/api/v1/operations/" + operationId + "/wait?timeout=30");
            String status = answer.json().path("status").asText();
            if (List.of("completed", "failed", "cancelled").contains(status)) {
                return answer.json();
            }
        }
        throw new AssertionError("The operation does not end: " + get("/api/v1/operations/" + operationId));
    }

    void completed(Answer accepted) {
        JsonNode operation = ended(accepted);
        assertThat(operation.path("status").asText()).as(operation.toString()).isEqualTo("completed");
    }

    /** Its record: {@code installation}, {@code history}, {@code commands}. */
    JsonNode detail(String id) {
        Answer answer = get(ROOT + "installations/" + id);
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        return answer.data();
    }

    /** Of an extension in tier T2, how its process is. */
    public JsonNode process(String id) {
        return installation(id).path("runtime").path("process");
    }

    JsonNode installation(String id) {
        return detail(id).path("installation");
    }
}
