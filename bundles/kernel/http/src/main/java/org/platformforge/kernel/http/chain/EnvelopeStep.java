package org.platformforge.kernel.http.chain;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.http.dialect.ErrorDocs;
import org.platformforge.kernel.http.dialect.ErrorRenderer;
import org.platformforge.kernel.http.dialect.Rendered;

/** Puts the result, or the refusal, into the wire form of the route's dialect. */
final class EnvelopeStep implements AnswerStep {
    /** For what is unavailable and does not say how long. */
    private static final Duration COME_AGAIN = Duration.ofSeconds(2);

    private static final String RETRY_AFTER = "Retry-After";
    private static final String AUTHENTICATE = "WWW-Authenticate";

    private final ErrorTranslator errors;
    private final ErrorRenderer renderer = new ErrorRenderer();
    private final ResultWriter results = new ResultWriter(true);

    EnvelopeStep(ErrorTranslator errors) {
        this.errors = errors;
    }

    @Override
    public void answered(Exchange exchange) {
        if (exchange.answer != null) {
            return;
        }
        if (exchange.refusal == null) {
            try {
                exchange.answer = results.answer(exchange.route, exchange.result, exchange.renderContext());
                return;
            } catch (Throwable e) { // an Error of a module's getter is the module's too
                exchange.refusal = errors.translate(e, exchange);
            }
        }
        exchange.answer = refused(exchange, exchange.refusal);
    }

    private Answer refused(Exchange exchange, Refusal refusal) {
        PlatformException error = refusal.error();
        Rendered rendered = renderer.render(error, refusal.status(), exchange.renderContext());
        Answer answer = Answer.of(refusal.status(), rendered.contentType(), rendered.body());
        refusal.headers().forEach((name, values) -> values.forEach(value -> answer.header(name, value)));
        answer.header("Link", ErrorDocs.header(error.kind()));
        if (!refusal.headers().containsKey(RETRY_AFTER)) {
            error.retryAfter()
                    .or(() -> error.kind() == ErrorKind.UNAVAILABLE ? Optional.of(COME_AGAIN) : Optional.empty())
                    .ifPresent(wait -> answer.header(RETRY_AFTER, Long.toString(seconds(wait))));
        }
        if (refusal.status() == ErrorKind.UNAUTHENTICATED.status()
                && !refusal.headers().containsKey(AUTHENTICATE)) {
            answer.header(AUTHENTICATE, challenge(error));
        }
        return answer;
    }

    /** RFC 6750, and RFC 9470 for what wants a fresh sign-in. */
    private static String challenge(PlatformException refusal) {
        String challenge = "Bearer realm=\"platform-forge\"";
        if (refusal.kind() != ErrorKind.STEP_UP_REQUIRED) {
            return challenge;
        }
        StringBuilder wanted = new StringBuilder(challenge).append(", error=\"insufficient_user_authentication\"");
        for (String parameter : List.of("max_age", "acr_values")) {
            Object value = refusal.details().get(parameter);
            if (value != null) {
                wanted.append(", ")
                        .append(parameter)
                        .append("=\"")
                        .append(value)
                        .append('"');
            }
        }
        return wanted.toString();
    }

    /** Whole seconds, rounded up, at least one: a client that comes back at once would only be refused again. */
    private static long seconds(Duration wait) {
        return Math.max(1, wait.plusNanos(999_999_999).toSeconds());
    }
}
