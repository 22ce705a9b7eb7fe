package org.platformforge.gateway.proxy;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import javax.servlet.http.HttpServletRequest;
import org.platformforge.gateway.domain.AnswerCounter;
import org.platformforge.gateway.domain.MetricRecorder;
import org.platformforge.gateway.domain.Route;
import org.platformforge.gateway.domain.Upstream;

/** One request on its way to an application, measured once: when the head of its answer is known. Thread-safe. */
final class Exchange {
    private static final String ATTRIBUTE = Exchange.class.getName();
    private static final int SERVER_ERROR = 500;

    private final Route route;
    private final MetricRecorder recorder;
    private final AnswerCounter answers;
    private final UnaryOperator<Upstream> another;
    private final long started = System.nanoTime();
    private final AtomicBoolean answered = new AtomicBoolean();
    private final AtomicInteger attempts = new AtomicInteger(1);
    private volatile Upstream upstream;

    private Exchange(
            Route route,
            Upstream upstream,
            UnaryOperator<Upstream> another,
            MetricRecorder recorder,
            AnswerCounter answers) {
        this.route = route;
        this.upstream = upstream;
        this.another = another;
        this.recorder = recorder;
        this.answers = answers;
    }

    /** @param another an application to go to instead of one, or null when there is none */
    static Exchange begin(
            HttpServletRequest request,
            Route route,
            Upstream upstream,
            UnaryOperator<Upstream> another,
            MetricRecorder recorder,
            AnswerCounter answers) {
        Exchange exchange = new Exchange(route, upstream, another, recorder, answers);
        request.setAttribute(ATTRIBUTE, exchange);
        return exchange;
    }

    static Exchange of(HttpServletRequest request) {
        return (Exchange) request.getAttribute(ATTRIBUTE);
    }

    Route route() {
        return route;
    }

    Upstream upstream() {
        return upstream;
    }

    int attempts() {
        return attempts.get();
    }

    /** Goes to another application. @return false when there is none */
    boolean moveOn() {
        Upstream next = another.apply(upstream);
        if (next == null) {
            return false;
        }
        answers.count(route.tenantId(), upstream.backend(), true);
        upstream = next;
        attempts.incrementAndGet();
        return true;
    }

    /** Whether the head of an answer has come. */
    boolean isAnswered() {
        return answered.get();
    }

    void answered(int status) {
        if (answered.compareAndSet(false, true)) {
            recorder.record(route, status, TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - started));
            answers.count(route.tenantId(), upstream.backend(), status >= SERVER_ERROR);
        }
    }
}
