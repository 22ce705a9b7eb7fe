package org.platformforge.extension.maven;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/** Speaks to a platform's public API with one credential, if any. Follows no redirects. Thread-safe. */
final class PlatformClient {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PUBLISH = "/api/v1/marketplace/extensions/publish";

    private final HttpClient http;
    private final URI platform;
    private final Optional<String> token;

    /** Without a credential. */
    PlatformClient(URI platform) {
        this(HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build(), platform, Optional.empty());
    }

    private PlatformClient(HttpClient http, URI platform, Optional<String> token) {
        this.http = http;
        this.platform = platform;
        this.token = token;
    }

    /** @throws IllegalArgumentException when the token would travel in clear */
    PlatformClient as(String secret) {
        boolean safe =
                "https".equals(platform.getScheme()) || ("http".equals(platform.getScheme()) && isHere(platform));
        if (!safe) {
            throw new IllegalArgumentException("The token is sent over https only, or to this machine");
        }
        return new PlatformClient(http, platform, Optional.of(secret));
    }

    private static boolean isHere(URI platform) {
        try {
            return platform.getHost() != null
                    && InetAddress.getByName(platform.getHost()).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** The platform's own words. */
    static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        private final int status;

        RefusedException(int status, String message) {
            super(message);
            this.status = status;
        }

        int status() {
            return status;
        }
    }

    JsonNode get(String path) throws IOException, InterruptedException, RefusedException {
        return send(request(path).GET());
    }

    /** @param body null for none */
    JsonNode send(String method, String path, Object body) throws IOException, InterruptedException, RefusedException {
        HttpRequest.Builder request = request(path);
        if (body == null) {
            return send(request.method(method, HttpRequest.BodyPublishers.noBody()));
        }
        return send(request.header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body))));
    }

    /** @return what the platform answers */
    JsonNode publish(Path artifact, Optional<String> signature)
            throws IOException, InterruptedException, RefusedException {
        String boundary = UUID.randomUUID().toString();
        return send(request(PUBLISH)
                .header("Content-Type", "multipart/form-data; boundary=" + boundary)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body(boundary, artifact, signature))));
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(platform.resolve(path))
                .timeout(Duration.ofMinutes(2))
                .header("Accept", "application/json");
        token.ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
        return request;
    }

    /** @return the payload, out of its envelope where it has one */
    private JsonNode send(HttpRequest.Builder request) throws IOException, InterruptedException, RefusedException {
        HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() / 100 != 2) {
            throw new RefusedException(
                    response.statusCode(),
                    "The platform refuses it with status " + response.statusCode() + ": " + reason(response.body()));
        }
        try {
            JsonNode answer = JSON.readTree(response.body());
            return answer.has("data") ? answer.get("data") : answer;
        } catch (JsonProcessingException e) {
            throw new IOException("The answer is no JSON; is it a platform?", e);
        }
    }

    private static byte[] body(String boundary, Path artifact, Optional<String> signature) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        part(
                body,
                boundary,
                "bundle\"; filename=\"" + artifact.getFileName(),
                "application/java-archive",
                Files.readAllBytes(artifact));
        if (signature.isPresent()) {
            part(body, boundary, "signature", "text/plain", signature.get().getBytes(StandardCharsets.UTF_8));
        }
        body.write(("--" + boundary + "--\r\n").getBytes(StandardCharsets.UTF_8));
        return body.toByteArray();
    }

    private static void part(ByteArrayOutputStream body, String boundary, String name, String type, byte[] content)
            throws IOException {
        body.write(("--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\nContent-Type: "
                        + type + "\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8));
        body.write(content);
        body.write("\r\n".getBytes(StandardCharsets.UTF_8));
    }

    /** The message of an error and its fields, whatever is around them. */
    private static String reason(String body) {
        try {
            JsonNode json = JSON.readTree(body);
            JsonNode error = json.path("error").isObject() ? json.get("error") : json;
            return error.hasNonNull("message")
                    ? error.get("message").asText() + (error.hasNonNull("details") ? " " + error.get("details") : "")
                    : body;
        } catch (JsonProcessingException e) {
            return body;
        }
    }
}
