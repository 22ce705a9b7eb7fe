package org.platformforge.kernel.http.chain;

import org.platformforge.kernel.http.metrics.RouteMeter;

/** Counts the answer for its module and measures it for its route. */
final class MetricsStep implements AnswerStep {
    private final RouteMeter unrouted;

    /** @param unrouted for requests that found no route */
    MetricsStep(RouteMeter unrouted) {
        this.unrouted = unrouted;
    }

    @Override
    public void answered(Exchange exchange) {
        int status = exchange.answer.status();
        long took = System.nanoTime() - exchange.started();
        if (exchange.route == null) {
            unrouted.record(status, took);
        } else {
            exchange.route.generation().answered(status, took);
            exchange.route.meter().record(status, took);
        }
    }
}
