package org.platformforge.kernel.http.chain;

/** Counts the answer for its module. */
final class MetricsStep implements AnswerStep {
    @Override
    public void answered(Exchange exchange) {
        if (exchange.route != null) {
            exchange.route.generation().answered(exchange.answer.status(), System.nanoTime() - exchange.started());
        }
    }
}
