package org.platformforge.kernel.http.chain;

import javax.ws.rs.WebApplicationException;
import javax.ws.rs.core.Response;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.http.generation.NotExecuted;
import org.platformforge.kernel.http.hygiene.RequestAbortedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns whatever was thrown into what the client may see. What the platform did not foresee is logged here, once, with
 * its stack; the client learns the request id and nothing else. Thread-safe.
 */
final class ErrorTranslator {
    private static final Logger LOG = LoggerFactory.getLogger(ErrorTranslator.class);
    private final Repeats repeats = new Repeats(System::nanoTime);

    /** Gives the exchange what the failure means: mostly a refusal, but a redirect can be thrown too. */
    void thrown(Throwable failure, Exchange exchange) {
        Response instead = ThrownResponses.result(failure);
        if (instead == null) {
            exchange.refusal = translate(failure, exchange);
        } else {
            exchange.result = instead;
        }
    }

    Refusal translate(Throwable failure, Exchange exchange) {
        Throwable cause = failure instanceof NotExecuted ? failure.getCause() : failure;
        for (Throwable t = cause; t != null; t = t.getCause()) {
            if (t instanceof PlatformException known) {
                return logged(Refusal.of(known), exchange);
            }
            if (t instanceof RequestAbortedException aborted) {
                LOG.debug("The body of request {} did not arrive", exchange.requestId, aborted);
                return Refusal.of(PlatformException.of(ErrorKind.MALFORMED, aborted.getMessage()));
            }
            if (t instanceof WebApplicationException web) {
                Refusal refusal = ThrownResponses.refusal(web);
                return refusal == null ? internal(cause, exchange) : logged(refusal, exchange);
            }
        }
        if (failure instanceof NotExecuted && cause instanceof java.io.IOException) {
            LOG.debug("The body could not be read", cause);
            return Refusal.of(PlatformException.of(ErrorKind.MALFORMED, "The request cannot be read"));
        }
        if (cause instanceof InterruptedException) {
            Thread.currentThread().interrupt();
            return Refusal.of(PlatformServices.unavailable());
        }
        return internal(cause, exchange);
    }

    private Refusal logged(Refusal refusal, Exchange exchange) {
        PlatformException known = refusal.error();
        if (known.kind() == ErrorKind.INTERNAL) {
            LOG.error(
                    "{} {} failed, request {}",
                    exchange.request().getMethod(),
                    exchange.path(),
                    exchange.requestId,
                    known);
        } else if (refusal.status() >= 500
                && !MaintenanceStep.isMaintenance(known)
                && known != RouteStep.STARTING
                && !repeats.justSaid(known.getMessage())) {
            LOG.warn(
                    "{} {} answered {}: {}, request {}",
                    exchange.request().getMethod(),
                    exchange.path(),
                    refusal.status(),
                    known.getMessage(),
                    exchange.requestId);
        }
        return refusal;
    }

    private static Refusal internal(Throwable cause, Exchange exchange) {
        String method = exchange.request().getMethod();
        if (cause instanceof ExtensionFailedException) {
            // its publisher's error, and none of the platform
            LOG.warn("{} {} failed, request {}", method, exchange.path(), exchange.requestId, cause);
        } else {
            LOG.error("{} {} failed, request {}", method, exchange.path(), exchange.requestId, cause);
        }
        return Refusal.of(PlatformException.of(ErrorKind.INTERNAL, "Internal error"));
    }
}
