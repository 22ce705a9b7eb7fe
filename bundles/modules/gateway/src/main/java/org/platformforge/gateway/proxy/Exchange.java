package org.platformforge.gateway.proxy;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.servlet.http.HttpServletRequest;
import org.platformforge.gateway.domain.MetricRecorder;
import org.platformforge.gateway.domain.Route;
import org.platformforge.gateway.domain.Upstream;

/** One request on its way to an application, measured once: when the head of its answer is known. Thread-safe. */
final class Exchange {
    private static final String ATTRIBUTE = Exchange.class.getName();

    private final Route route;
    private final Upstream upstream;
    private final MetricRecorder recorder;
    private final long started = System.nanoTime();
    private final AtomicBoolean answered = new AtomicBoolean();

    private Exchange(Route route, Upstream upstream, MetricRecorder recorder) {
        this.route = route;
        this.upstream = upstream;
        this.recorder = recorder;
    }

    static Exchange begin(HttpServletRequest request, Route route, Upstream upstream, MetricRecorder recorder) {
        Exchange exchange = new Exchange(route, upstream, recorder);
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

    void answered(int status) {
        if (answered.compareAndSet(false, true)) {
            recorder.record(route, status, TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - started));
        }
    }
}
