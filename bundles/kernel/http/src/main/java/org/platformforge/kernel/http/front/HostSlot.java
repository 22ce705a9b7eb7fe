package org.platformforge.kernel.http.front;

import java.io.IOException;
import java.time.Duration;
import javax.servlet.AsyncEvent;
import javax.servlet.AsyncListener;
import javax.servlet.ServletException;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.platformforge.kernel.api.http.HostHandler;
import org.platformforge.kernel.http.generation.InFlight;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One host handler and the requests it is working on. Thread-safe. */
final class HostSlot {
    private static final Logger LOG = LoggerFactory.getLogger(HostSlot.class);

    private final HostHandler handler;
    private final int ranking;
    private final long serviceId;
    private final long bundleId;
    private final InFlight inFlight = new InFlight();

    HostSlot(HostHandler handler, int ranking, long serviceId, long bundleId) {
        this.bundleId = bundleId;
        this.handler = handler;
        this.ranking = ranking;
        this.serviceId = serviceId;
    }

    HostHandler handler() {
        return handler;
    }

    int ranking() {
        return ranking;
    }

    long serviceId() {
        return serviceId;
    }

    long bundleId() {
        return bundleId;
    }

    int inFlight() {
        return inFlight.count();
    }

    /** @return false when the host is not this handler's, or it has just gone */
    boolean handle(String host, HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        if (!inFlight.enter()) {
            return false;
        }
        boolean later = false;
        try {
            if (!handler.accepts(host)) {
                return false;
            }
            handler.handle(host, request, response);
            if (request.isAsyncStarted()) {
                request.getAsyncContext().addListener(new ExitWhenComplete(inFlight));
                later = true;
            }
            return true;
        } finally {
            if (!later) {
                inFlight.exit();
            }
        }
    }

    /** Lets nothing in any more. @return whether what was in has left in time; waited for once */
    boolean drain(Duration limit) {
        boolean again = inFlight.isClosed();
        inFlight.close();
        boolean empty = inFlight.awaitEmpty(again ? Duration.ZERO : limit);
        if (!empty && !again) {
            LOG.warn(
                    "{} requests of a host handler were still running after {} s", inFlight.count(), limit.toSeconds());
        }
        return empty;
    }

    private record ExitWhenComplete(InFlight inFlight) implements AsyncListener {
        @Override
        public void onComplete(AsyncEvent event) {
            inFlight.exit();
        }

        @Override
        public void onTimeout(AsyncEvent event) {
            // completion follows
        }

        @Override
        public void onError(AsyncEvent event) {
            // completion follows
        }

        @Override
        public void onStartAsync(AsyncEvent event) {
            event.getAsyncContext().addListener(this);
        }
    }
}
