package org.platformforge.gateway.proxy;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.servlet.http.HttpServletRequest;
import org.platformforge.gateway.domain.MetricRecorder;
import org.platformforge.gateway.domain.Route;

/** One request on its way to an application, measured once: when the head of its answer is known. Thread-safe. */
final class Exchange {
    private static final String ATTRIBUTE = Exchange.class.getName();

    private final Route route;
    private final MetricRecorder recorder;
    private final long started = System.nanoTime();
    private final AtomicBoolean answered = new AtomicBoolean();

    private Exchange(Route route, MetricRecorder recorder) {
        this.route = route;
        this.recorder = recorder;
    }

    static Exchange begin(HttpServletRequest request, Route route, MetricRecorder recorder) {
        Exchange exchange = new Exchange(route, recorder);
        request.setAttribute(ATTRIBUTE, exchange);
        return exchange;
    }

    static Exchange of(HttpServletRequest request) {
        return (Exchange) request.getAttribute(ATTRIBUTE);
    }

    Route route() {
        return route;
    }

    void answered(int status) {
        if (answered.compareAndSet(false, true)) {
            recorder.record(route, status, TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - started));
        }
    }
}
