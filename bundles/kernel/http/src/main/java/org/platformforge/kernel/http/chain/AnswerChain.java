package org.platformforge.kernel.http.chain;

import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The way of an answer to the client. It is accounted for whether or not the client waits for it. Thread-safe. */
final class AnswerChain {
    private static final Logger LOG = LoggerFactory.getLogger(AnswerChain.class);

    private final List<AnswerStep> sending;
    private final List<AnswerStep> accounting;

    AnswerChain(List<AnswerStep> sending, List<AnswerStep> accounting) {
        this.sending = sending;
        this.accounting = accounting;
    }

    /** @throws BrokenStreamException and other unchecked ones when the server must cut the connection */
    void finish(Exchange exchange) {
        try {
            run(sending, exchange);
        } finally {
            try {
                if (exchange.answer != null) {
                    run(accounting, exchange);
                }
            } finally {
                leave(exchange);
            }
        }
    }

    private static void run(List<AnswerStep> steps, Exchange exchange) {
        try {
            for (AnswerStep step : steps) {
                step.answered(exchange);
            }
        } catch (IOException e) {
            LOG.debug("The client of {} went away: {}", exchange.requestId, e.toString());
        }
    }

    private static void leave(Exchange exchange) {
        try {
            ResultWriter.close(exchange.result);
        } finally {
            exchange.leave();
            RequestIdStep.forget();
        }
    }
}
