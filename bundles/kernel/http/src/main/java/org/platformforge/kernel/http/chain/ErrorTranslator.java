package org.platformforge.kernel.http.chain;

import java.util.Map;
import javax.ws.rs.WebApplicationException;
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
    private static final Map<Integer, PlatformException> BY_STATUS = Map.ofEntries(
            entry(ErrorKind.MALFORMED, "The request cannot be read"),
            entry(ErrorKind.UNAUTHENTICATED, "A credential is required"),
            entry(ErrorKind.FORBIDDEN, "Not permitted"),
            entry(ErrorKind.NOT_FOUND, "Not found"),
            entry(ErrorKind.METHOD_NOT_ALLOWED, "The path does not support the method"),
            entry(ErrorKind.NOT_ACCEPTABLE, "No acceptable representation"),
            entry(ErrorKind.CONFLICT, "Conflict"),
            entry(ErrorKind.PRECONDITION_FAILED, "A precondition failed"),
            entry(ErrorKind.PAYLOAD_TOO_LARGE, "The body is too large"),
            entry(ErrorKind.UNSUPPORTED_MEDIA_TYPE, "The media type is not supported"),
            entry(ErrorKind.UNPROCESSABLE, "The request cannot be processed"),
            entry(ErrorKind.UNAVAILABLE, "Not available at the moment"));

    PlatformException translate(Throwable failure, Exchange exchange) {
        Throwable cause = failure instanceof NotExecuted ? failure.getCause() : failure;
        for (Throwable t = cause; t != null; t = t.getCause()) {
            if (t instanceof PlatformException known) {
                return logged(known, exchange);
            }
            if (t instanceof RequestAbortedException aborted) {
                LOG.debug("The body of request {} did not arrive", exchange.requestId, aborted);
                return PlatformException.of(ErrorKind.MALFORMED, aborted.getMessage());
            }
            if (t instanceof WebApplicationException web) {
                PlatformException known = BY_STATUS.get(web.getResponse().getStatus());
                return known == null ? internal(cause, exchange) : logged(known, exchange);
            }
        }
        if (failure instanceof NotExecuted && cause instanceof java.io.IOException) {
            LOG.debug("The body could not be read", cause);
            return BY_STATUS.get(ErrorKind.MALFORMED.status());
        }
        if (cause instanceof InterruptedException) {
            Thread.currentThread().interrupt();
            return PlatformServices.unavailable();
        }
        return internal(cause, exchange);
    }

    private static PlatformException logged(PlatformException known, Exchange exchange) {
        if (known.kind() == ErrorKind.INTERNAL) {
            LOG.error(
                    "{} {} failed, request {}",
                    exchange.request().getMethod(),
                    exchange.path(),
                    exchange.requestId,
                    known);
        } else if (known.kind().status() >= 500) {
            LOG.warn(
                    "{} {} answered {}: {}, request {}",
                    exchange.request().getMethod(),
                    exchange.path(),
                    known.kind().status(),
                    known.getMessage(),
                    exchange.requestId);
        }
        return known;
    }

    private static PlatformException internal(Throwable cause, Exchange exchange) {
        String method = exchange.request().getMethod();
        if (cause instanceof ExtensionFailedException) {
            // its publisher's error, and none of the platform
            LOG.warn("{} {} failed, request {}", method, exchange.path(), exchange.requestId, cause);
        } else {
            LOG.error("{} {} failed, request {}", method, exchange.path(), exchange.requestId, cause);
        }
        return PlatformException.of(ErrorKind.INTERNAL, "Internal error");
    }

    private static Map.Entry<Integer, PlatformException> entry(ErrorKind kind, String message) {
        return Map.entry(kind.status(), PlatformException.of(kind, message));
    }
}
