package org.platformforge.driver.lxd;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.platformforge.driver.lxd.LxdFailure.Kind;

/** Requests to one server. Every answer is bounded in time and size. Thread-safe. */
final class LxdHttp {
    static final String GET = "GET";
    static final String POST = "POST";
    static final String PUT = "PUT";
    static final String PATCH = "PATCH";
    static final String DELETE = "DELETE";

    private static final long LARGEST_ANSWER = 16L << 20;
    private static final int LONGEST_MESSAGE = 500;

    private final URI base;
    private final HttpClient client;
    private final Duration timeout;
    private final ObjectMapper json = new ObjectMapper();

    /** @param tag of what was read, for {@code If-Match}; null without */
    record Answer(int status, JsonNode body, String tag) {}

    LxdHttp(LxdConfig config) throws LxdFailure {
        this.base = base(config.url());
        this.timeout = Duration.ofSeconds(Math.max(1, config.request_timeout_seconds()));
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(Duration.ofSeconds(Math.max(1, config.connect_timeout_seconds())))
                .sslContext(Tls.context(config))
                .build();
    }

    private static URI base(String url) throws LxdFailure {
        try {
            URI base = new URI(url.strip().replaceAll("/+$", ""));
            if (!"https".equals(base.getScheme()) || base.getHost() == null || base.getRawQuery() != null) {
                throw new LxdFailure(Kind.CONFIGURATION, "url must be like https://host:8443");
            }
            return base;
        } catch (URISyntaxException e) {
            throw new LxdFailure(Kind.CONFIGURATION, "url must be like https://host:8443", e);
        }
    }

    /** @param body null for none; @param more added to the time an answer may take */
    Answer call(String method, String path, Object body, Map<String, String> headers, Duration more)
            throws LxdFailure, InterruptedException {
        HttpRequest.Builder request = request(path, headers);
        try {
            BodyPublisher content =
                    body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(json.writeValueAsBytes(body));
            request.header("Content-Type", "application/json").method(method, content);
        } catch (JacksonException e) {
            throw new IllegalStateException(e);
        }
        HttpResponse<byte[]> response = send(request.build(), new Bounded(LARGEST_ANSWER), timeout.plus(more));
        return answer(response);
    }

    Answer call(String method, String path, Object body) throws LxdFailure, InterruptedException {
        return call(method, path, body, Map.of(), Duration.ZERO);
    }

    /** Sends a file as it is. */
    Answer upload(String path, BodyPublisher content, Map<String, String> headers, Duration within)
            throws LxdFailure, InterruptedException {
        HttpRequest request = request(path, headers)
                .header("Content-Type", "application/octet-stream")
                .POST(content)
                .build();
        return answer(send(request, new Bounded(LARGEST_ANSWER), within));
    }

    /** The bytes of a file on the server, no more than so many. */
    byte[] bytes(String path, long most) throws LxdFailure, InterruptedException {
        HttpResponse<byte[]> response = send(request(path, Map.of()).build(), new Bounded(most), timeout);
        if (response.statusCode() != 200) {
            answer(response);
            throw new LxdFailure(Kind.NONSENSE, "the server answered " + response.statusCode() + " to a download");
        }
        return response.body();
    }

    void download(String path, Path file, long most, Duration within) throws LxdFailure, InterruptedException {
        BodyHandler<Path> handler = info -> info.statusCode() == 200
                ? Bounded.limited(HttpResponse.BodySubscribers.ofFile(file), most)
                : Bounded.limited(HttpResponse.BodySubscribers.replacing(file), most);
        HttpResponse<Path> response = send(request(path, Map.of()).build(), handler, within);
        if (response.statusCode() != 200) {
            throw new LxdFailure(
                    response.statusCode() == 404 ? Kind.NOT_FOUND : Kind.FAILED,
                    "the server answered " + response.statusCode() + " to a download");
        }
    }

    private HttpRequest.Builder request(String path, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path));
        headers.forEach(request::header);
        return request;
    }

    private <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler, Duration within)
            throws LxdFailure, InterruptedException {
        CompletableFuture<HttpResponse<T>> sent = client.sendAsync(request, handler);
        try {
            return sent.get(within.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new LxdFailure(Kind.TIMEOUT, "the server did not answer within " + within.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        } finally {
            sent.cancel(true);
        }
    }

    private static LxdFailure failure(Throwable cause) {
        for (Throwable at = cause; at != null; at = at.getCause()) {
            if (at instanceof Bounded.TooLarge) {
                return new LxdFailure(Kind.NONSENSE, at.getMessage(), cause);
            }
            if (at instanceof java.security.cert.CertificateException) {
                return new LxdFailure(Kind.UNREACHABLE, at.getMessage(), cause);
            }
        }
        if (cause instanceof ConnectException) {
            return new LxdFailure(Kind.UNREACHABLE, "the server cannot be reached", cause);
        }
        if (cause instanceof SSLException) {
            return new LxdFailure(Kind.UNREACHABLE, "TLS failed: " + cause.getMessage(), cause);
        }
        return new LxdFailure(
                Kind.UNREACHABLE,
                cause instanceof java.net.http.HttpTimeoutException
                        ? "the server cannot be reached in time"
                        : "the connection to the server broke",
                cause);
    }

    private Answer answer(HttpResponse<byte[]> response) throws LxdFailure {
        JsonNode body;
        try {
            body = json.readTree(response.body());
        } catch (IOException e) {
            throw new LxdFailure(Kind.NONSENSE, "the server's answer is no JSON", e);
        }
        if (body == null || !body.isObject()) {
            throw new LxdFailure(Kind.NONSENSE, "the server's answer is no JSON object");
        }
        int status = response.statusCode();
        if (status >= 400 || "error".equals(body.path("type").asText())) {
            throw failure(
                    status,
                    body.path("error_code").asInt(status),
                    body.path("error").asText(""));
        }
        return new Answer(status, body, response.headers().firstValue("ETag").orElse(null));
    }

    /** @param code the server's own, which is usually the status */
    static LxdFailure failure(int status, int code, String words) {
        String message = words.isBlank() ? "the server answered " + status : shortened(words);
        if (isBusy(words)) {
            return new LxdFailure(Kind.BUSY, message);
        }
        return new LxdFailure(
                switch (code) {
                    case 401, 403 -> Kind.FORBIDDEN;
                    case 404 -> Kind.NOT_FOUND;
                    case 409 -> Kind.CONFLICT;
                    case 412, 423, 429, 503 -> Kind.BUSY;
                    default -> code >= 400 && code < 500 ? refused(words) : Kind.FAILED;
                },
                message);
    }

    private static Kind refused(String words) {
        return words.contains("already exists") ? Kind.CONFLICT : Kind.REFUSED;
    }

    private static boolean isBusy(String words) {
        return words.contains("is busy running") || words.contains("database is locked");
    }

    static String shortened(String words) {
        String line = words.replaceAll("\\p{Cntrl}+", " ").strip();
        return line.length() > LONGEST_MESSAGE ? line.substring(0, LONGEST_MESSAGE) + " …" : line;
    }
}
