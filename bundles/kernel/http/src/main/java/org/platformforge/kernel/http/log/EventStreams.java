package org.platformforge.kernel.http.log;

import java.time.Duration;
import java.util.Locale;
import java.util.function.IntSupplier;
import org.osgi.service.component.annotations.Component;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.http.LogStreams;

/** Streams in the format of the HTML standard, 9.2 (server-sent events). Thread-safe. */
@Component(service = LogStreams.class)
public final class EventStreams implements LogStreams {
    private static final Duration COME_AGAIN = Duration.ofSeconds(5);

    @Override
    public boolean accepts(String accept) {
        return accept != null && accept.toLowerCase(Locale.ROOT).contains(SSE);
    }

    @Override
    public long lastEvent(String header, long none) {
        if (header == null || header.isBlank()) {
            return none;
        }
        try {
            return Math.max(0, Long.parseLong(header.strip()));
        } catch (NumberFormatException e) {
            throw PlatformException.invalid("Last-Event-ID", "must be the id of an event of this stream");
        }
    }

    @Override
    public Places places(IntSupplier most) {
        return new TenantPlaces(most);
    }

    @Override
    public Stream open(Places places, Request request, Log log) {
        TenantPlaces tenants = (TenantPlaces) places;
        if (tenants.full(request.tenantId())) {
            throw PlatformException.of(ErrorKind.UNAVAILABLE, "Too many log streams are open; read the log as JSON")
                    .withRetryAfter(COME_AGAIN);
        }
        return new LogStream(tenants, request, log, LogStream.Pace.USUAL);
    }
}
