package org.platformforge.driver.lxd;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.platformforge.driver.lxd.LxdFailure.Kind;
import org.platformforge.driver.lxd.LxdHttp.Answer;

/**
 * LXD's REST API ({@code doc/rest-api.md} of LXD; Incus has the same): answers, and long tasks followed to their end. What
 * another task of the server holds is asked for again, for a limited time. Thread-safe.
 */
final class LxdClient {
    private static final int STATUS_SUCCESS = 200;
    private static final int STATUS_FIRST_FINAL = 200;
    private static final int SLICE_SECONDS = 5;
    private static final long POLL_MILLIS = 200;

    private final LxdConfig config;
    private final LxdHttp http;

    LxdClient(LxdConfig config) throws LxdFailure {
        this.config = config;
        this.http = new LxdHttp(config);
    }

    LxdConfig config() {
        return config;
    }

    LxdHttp http() {
        return http;
    }

    /** A path within the project, with more parameters as they are. */
    String path(String path, String... parameters) {
        StringBuilder full =
                new StringBuilder("/1.0").append(path).append("?project=").append(encoded(config.project()));
        for (String parameter : parameters) {
            full.append('&').append(parameter);
        }
        return full.toString();
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    JsonNode get(String path) throws LxdFailure, InterruptedException {
        return patiently(() -> http.call(LxdHttp.GET, path, null)).body().path("metadata");
    }

    Optional<Answer> find(String path) throws LxdFailure, InterruptedException {
        try {
            return Optional.of(patiently(() -> http.call(LxdHttp.GET, path, null)));
        } catch (LxdFailure e) {
            if (e.kind() == Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** What a call came to, its task included if it began one. @param body null for none */
    JsonNode run(String method, String path, Object body, BooleanSupplier cancelled)
            throws LxdFailure, InterruptedException {
        return run(method, path, body, cancelled, Duration.ofSeconds(config.operation_timeout_seconds()));
    }

    JsonNode run(String method, String path, Object body, BooleanSupplier cancelled, Duration within)
            throws LxdFailure, InterruptedException {
        return patiently(() -> {
            Answer answer = http.call(method, path, body);
            return await(answer, cancelled, within);
        });
    }

    /** @return the task's own metadata, or the answer's where there was no task */
    private JsonNode await(Answer answer, BooleanSupplier cancelled, Duration within)
            throws LxdFailure, InterruptedException {
        if (!"async".equals(answer.body().path("type").asText())) {
            return answer.body().path("metadata");
        }
        String operation = operation(answer);
        long end = System.nanoTime() + within.toNanos();
        while (true) {
            Optional<JsonNode> done = look(operation, SLICE_SECONDS);
            if (done.isPresent()) {
                return done.get();
            }
            if (System.nanoTime() > end) {
                throw new LxdFailure(Kind.TIMEOUT, "its task did not end within " + within.toSeconds() + " s");
            }
            if (cancelled.getAsBoolean()) {
                throw new LxdFailure(Kind.REFUSED, "cancelled while the server was at work");
            }
        }
    }

    /** Begins a task that is looked at by {@link #look}. */
    String begin(String method, String path, Object body) throws LxdFailure, InterruptedException {
        return operation(patiently(() -> http.call(method, path, body)));
    }

    /**
     * Waits for the end of a task.
     *
     * @return its metadata; empty while it goes on
     */
    Optional<JsonNode> look(String operation, int seconds) throws LxdFailure, InterruptedException {
        JsonNode task = http.call(
                        LxdHttp.GET,
                        operation + "/wait?timeout=" + seconds,
                        null,
                        Map.of(),
                        Duration.ofSeconds(seconds))
                .body()
                .path("metadata");
        int status = task.path("status_code").asInt(0);
        if (status == 0) {
            throw new LxdFailure(Kind.NONSENSE, "the server's answer tells no state of its task");
        }
        if (status < STATUS_FIRST_FINAL) {
            return Optional.empty();
        }
        if (status != STATUS_SUCCESS) {
            String words = task.path("err").asText("");
            throw LxdHttp.failure(
                    500,
                    500,
                    words.isBlank() ? "its task ended as " + task.path("status").asText() : words);
        }
        return Optional.of(task.path("metadata"));
    }

    private static String operation(Answer answer) throws LxdFailure {
        String operation = answer.body().path("operation").asText("");
        if (!operation.matches("/1\\.0/operations/[A-Za-z0-9-]{1,64}")) {
            throw new LxdFailure(Kind.NONSENSE, "the server's answer names no task");
        }
        return operation;
    }

    /** Whether the server is at work on an instance. */
    boolean isAtWorkOn(String instance) throws LxdFailure, InterruptedException {
        for (JsonNode ofState : get(path("/operations", "recursion=1"))) {
            for (JsonNode task : ofState) {
                if (task.path("status_code").asInt() < STATUS_FIRST_FINAL && concerns(task, instance)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean concerns(JsonNode task, String instance) {
        for (JsonNode kind : task.path("resources")) {
            for (JsonNode resource : kind) {
                if (resource.asText().replaceAll("\\?.*", "").endsWith("/" + instance)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** A question to the server. */
    @FunctionalInterface
    interface Call<T> {
        T make() throws LxdFailure, InterruptedException;
    }

    /** Again while the server says that it is busy. */
    <T> T patiently(Call<T> call) throws LxdFailure, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(config.busy_timeout_seconds());
        while (true) {
            try {
                return call.make();
            } catch (LxdFailure e) {
                if (e.kind() != Kind.BUSY || System.nanoTime() > end) {
                    throw e;
                }
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }
}
