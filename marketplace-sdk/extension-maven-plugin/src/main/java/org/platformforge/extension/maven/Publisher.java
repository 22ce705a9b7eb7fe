package org.platformforge.extension.maven;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/** Speaks to a platform's marketplace for one publisher. */
final class Publisher {
    private static final String PATH = "/api/v1/marketplace/extensions/publish";

    private final URI platform;
    private final String token;

    /** @throws IllegalArgumentException when the token would travel in clear */
    Publisher(URI platform, String token) {
        boolean safe =
                "https".equals(platform.getScheme()) || ("http".equals(platform.getScheme()) && isHere(platform));
        if (!safe) {
            throw new IllegalArgumentException("The token is sent over https only, or to this machine");
        }
        this.platform = platform;
        this.token = token;
    }

    private static boolean isHere(URI platform) {
        try {
            return InetAddress.getByName(platform.getHost()).isLoopbackAddress();
        } catch (java.net.UnknownHostException e) {
            return false;
        }
    }

    /** The platform's own words. */
    static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        RefusedException(String message) {
            super(message);
        }
    }

    /** @return what the platform answers */
    String publish(Path artifact, Optional<String> signature)
            throws IOException, InterruptedException, RefusedException {
        String boundary = UUID.randomUUID().toString();
        HttpRequest request = HttpRequest.newBuilder(platform.resolve(PATH))
                .timeout(Duration.ofMinutes(2))
                .header("Authorization", "Bearer " + token)
                .header("Accept", "application/json")
                .header("Content-Type", "multipart/form-data; boundary=" + boundary)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body(boundary, artifact, signature)))
                .build();
        HttpResponse<String> response = HttpClient.newBuilder()
                .connectTimeout(Duration.ofSeconds(10))
                .build()
                .send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() / 100 == 2) {
            return response.body();
        }
        throw new RefusedException(
                "The platform refuses it with status " + response.statusCode() + ": " + reason(response.body()));
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
            JsonNode json = new ObjectMapper().readTree(body);
            JsonNode error = json.has("error") ? json.get("error") : json;
            return error.hasNonNull("message")
                    ? error.get("message").asText() + (error.hasNonNull("details") ? " " + error.get("details") : "")
                    : body;
        } catch (JsonProcessingException e) {
            return body;
        }
    }
}
