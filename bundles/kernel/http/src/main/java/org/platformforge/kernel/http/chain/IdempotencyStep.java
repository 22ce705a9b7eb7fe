package org.platformforge.kernel.http.chain;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.security.IdempotencyKeys;
import org.platformforge.kernel.http.hygiene.HeaderText;
import org.platformforge.kernel.http.metrics.ChainCounters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Executes a POST or PATCH with an {@code Idempotency-Key} once and answers its repetitions with what the first one
 * got. Kept is every answer after execution began, failures too, except what asks for the same request again: refused
 * input, answers of haste, overload or absence (408, 425, 429, 502, 503, 504), and errors with a {@code Retry-After}. A key belongs to
 * its caller, so without a credential it means nothing; and what login answers is not kept anywhere. Routes that take
 * their body as a stream refuse a key.
 */
final class IdempotencyStep implements Step, AnswerStep {
    private static final Logger LOG = LoggerFactory.getLogger(IdempotencyStep.class);
    private static final String KEY = "Idempotency-Key";
    private static final String CONTENT_TYPE = "Content-Type";
    /** What is true for now only, thrown or returned: too slow, too early, too often, and what lies behind is away. */
    private static final Set<Integer> PASSING = Set.of(408, 425, 429, 502, 503, 504);

    private final PlatformServices services;
    private final ChainCounters counters;

    IdempotencyStep(PlatformServices services, ChainCounters counters) {
        this.services = services;
        this.counters = counters;
    }

    @Override
    public void apply(Exchange exchange) throws IOException {
        String key = exchange.request().getHeader(KEY);
        boolean anonymous = exchange.caller.scheme() == Caller.Scheme.NONE;
        if (key == null
                || anonymous
                || exchange.route.streaming()
                || !applies(exchange.request().getMethod())) {
            return;
        }
        if (exchange.route.streamsBody()) {
            // a repetition is known by its body, which would have to be held in memory for that before it is executed
            throw PlatformException.invalid(KEY, "is not supported by a request whose body is a stream");
        }
        IdempotencyKeys keys = services.idempotencyKeys();
        if (keys == null) {
            throw PlatformServices.unavailable();
        }
        IdempotencyKeys.Begin begin =
                keys.begin(exchange.caller, exchange.route.operationId(), key, fingerprint(exchange));
        if (begin instanceof IdempotencyKeys.Begin.Execute execute) {
            exchange.idempotency = execute;
            counters.executedOnce();
        } else if (begin instanceof IdempotencyKeys.Begin.Replay replay) {
            exchange.replayed = true;
            counters.replayed();
            exchange.answer = replay(replay.response());
        }
    }

    @Override
    public void answered(Exchange exchange) {
        IdempotencyKeys keys = services.idempotencyKeys();
        if (exchange.idempotency == null || keys == null) {
            return;
        }
        String key = exchange.request().getHeader(KEY);
        String operation = exchange.route.operationId();
        long token = exchange.idempotency.token();
        try {
            if (isToBeKept(exchange)) {
                keys.complete(exchange.caller, operation, key, token, saved(exchange.answer));
            } else {
                keys.release(exchange.caller, operation, key, token);
            }
        } catch (RuntimeException e) {
            LOG.error("The outcome of {} could not be kept under its Idempotency-Key", operation, e);
        }
    }

    private static boolean applies(String method) {
        return method.equals("POST") || method.equals("PATCH");
    }

    private static boolean isToBeKept(Exchange exchange) {
        if (!exchange.executed || exchange.answer.isStream() || PASSING.contains(exchange.answer.status())) {
            return false;
        }
        if (exchange.refusal == null) {
            return true;
        }
        PlatformException error = exchange.refusal.error();
        return error.kind() != ErrorKind.VALIDATION
                && error.kind() != ErrorKind.MALFORMED
                && !exchange.answer.headers().containsKey("Retry-After");
    }

    private static byte[] fingerprint(Exchange exchange) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            String query = exchange.request().getQueryString();
            String head =
                    exchange.request().getMethod() + ' ' + exchange.path() + '?' + (query == null ? "" : query) + '\n';
            digest.update(head.getBytes(StandardCharsets.UTF_8));
            return digest.digest(exchange.body());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }

    private static IdempotencyKeys.SavedResponse saved(Answer answer) {
        Map<String, String> headers = new LinkedHashMap<>();
        answer.headers().forEach((name, values) -> headers.put(name, String.join(", ", values)));
        if (answer.contentType() != null) {
            headers.put(CONTENT_TYPE, answer.contentType());
        }
        return new IdempotencyKeys.SavedResponse(answer.status(), headers, answer.body());
    }

    private static Answer replay(IdempotencyKeys.SavedResponse saved) {
        Answer answer = Answer.of(saved.status(), saved.headers().get(CONTENT_TYPE), saved.body());
        saved.headers().forEach((name, value) -> {
            if (!name.equals(CONTENT_TYPE)) {
                answer.header(name, HeaderText.safe(value));
            }
        });
        return answer.header("Idempotent-Replayed", "true");
    }
}
