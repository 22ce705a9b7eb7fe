package org.platformforge.kernel.http.front;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import javax.servlet.ServletException;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.platformforge.kernel.api.http.HostHandler;
import org.platformforge.kernel.api.module.RunningWork;
import org.platformforge.kernel.http.config.HttpSettings;
import org.platformforge.kernel.http.generation.GenerationRegistry;

/**
 * The host handlers of bundles that act, in the order they are asked: by ranking, and of equal ones the newest first. A
 * handler that goes away finishes its requests first, up to the drain time. Thread-safe.
 */
@Component(service = {HostHandlers.class, RunningWork.class})
public final class HostHandlers implements RunningWork {
    private static final Comparator<HostSlot> ORDER = Comparator.comparingInt(HostSlot::ranking)
            .thenComparingLong(HostSlot::serviceId)
            .reversed();

    private final HttpSettings settings;
    private final GenerationRegistry generations;
    private volatile List<HostSlot> slots = List.of();

    @Activate
    public HostHandlers(@Reference HttpSettings settings, @Reference GenerationRegistry generations) {
        this.generations = generations;
        this.settings = settings;
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindHandler(HostHandler handler, ServiceReference<HostHandler> reference) {
        int ranking = reference.getProperty(Constants.SERVICE_RANKING) instanceof Integer value ? value : 0;
        long id = (Long) reference.getProperty(Constants.SERVICE_ID);
        long bundleId = (Long) reference.getProperty(Constants.SERVICE_BUNDLEID);
        synchronized (this) {
            List<HostSlot> more = new ArrayList<>(slots);
            more.add(new HostSlot(handler, ranking, id, bundleId));
            more.sort(ORDER);
            slots = List.copyOf(more);
        }
    }

    void unbindHandler(HostHandler handler) {
        List<HostSlot> gone;
        synchronized (this) {
            gone = slots.stream().filter(slot -> slot.handler() == handler).toList();
            slots = slots.stream().filter(slot -> slot.handler() != handler).toList();
        }
        gone.forEach(slot -> slot.drain(settings.current().drainTime()));
    }

    /** Requests of all handlers that are under way. */
    int inFlight() {
        return slots.stream().mapToInt(HostSlot::inFlight).sum();
    }

    @Override
    public int count(long bundleId) {
        return ofBundle(bundleId).stream().mapToInt(HostSlot::inFlight).sum();
    }

    /** Requests are not interrupted: what is still running is cut off when the handler goes. */
    @Override
    public boolean drain(long bundleId, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        boolean empty = true;
        for (HostSlot slot : ofBundle(bundleId)) {
            empty &= slot.drain(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
        }
        return empty;
    }

    private List<HostSlot> ofBundle(long bundleId) {
        return slots.stream().filter(slot -> slot.bundleId() == bundleId).toList();
    }

    /** @return whether a handler has taken the request */
    boolean handle(HttpServletRequest request, HttpServletResponse response) throws ServletException, IOException {
        List<HostSlot> current = slots;
        if (current.isEmpty()) {
            return false;
        }
        String host = host(request.getHeader("Host"));
        for (HostSlot slot : current) {
            if (generations.acts(slot.bundleId()) && slot.handle(host, request, response)) {
                return true;
            }
        }
        return false;
    }

    /** Lower case, without the port; brackets of an IPv6 address stay. */
    static String host(String header) {
        if (header == null) {
            return "";
        }
        int colon = header.lastIndexOf(':');
        boolean port = colon > header.lastIndexOf(']');
        return (port ? header.substring(0, colon) : header).trim().toLowerCase(Locale.ROOT);
    }
}
