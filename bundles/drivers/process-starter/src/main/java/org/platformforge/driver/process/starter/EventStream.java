package org.platformforge.driver.process.starter;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.AbstractLifeCycle;

/** Server-sent events: the same figures to everybody who listens, once a second and at once on opening. */
final class EventStream extends AbstractLifeCycle {
    private static final int MOST_LISTENERS = 1_000;

    private final Supplier<String> figures;
    private final Set<Listener> listeners = ConcurrentHashMap.newKeySet();
    private ScheduledExecutorService clock;

    EventStream(Supplier<String> figures) {
        this.figures = figures;
    }

    @Override
    protected void doStart() {
        clock = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "events");
            thread.setDaemon(true);
            return thread;
        });
        clock.scheduleAtFixedRate(this::tick, 1, 1, TimeUnit.SECONDS);
    }

    @Override
    protected void doStop() {
        clock.shutdownNow();
        listeners.forEach(Listener::end);
    }

    void open(Request request, Response response, Callback callback) {
        if (listeners.size() >= MOST_LISTENERS) {
            response.setStatus(503);
            response.getHeaders().put(HttpHeader.RETRY_AFTER, 5);
            callback.succeeded();
            return;
        }
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/event-stream");
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        if (request.getMethod().equals("HEAD")) {
            callback.succeeded();
            return;
        }
        Listener listener = new Listener(response, callback);
        listeners.add(listener);
        request.addFailureListener(failure -> listener.failed(failure));
        listener.send(event());
    }

    private void tick() {
        if (!listeners.isEmpty()) {
            String event = event();
            listeners.forEach(listener -> listener.send(event));
        }
    }

    private String event() {
        return "event: info\ndata: " + figures.get() + "\n\n";
    }

    /** A slow listener misses events; it never makes the others wait. */
    private final class Listener implements Callback {
        private final Response response;
        private final Callback request;
        private final AtomicBoolean writing = new AtomicBoolean();
        private final AtomicBoolean ended = new AtomicBoolean();

        Listener(Response response, Callback request) {
            this.response = response;
            this.request = request;
        }

        void send(String event) {
            if (!ended.get() && writing.compareAndSet(false, true)) {
                response.write(false, ByteBuffer.wrap(event.getBytes(StandardCharsets.UTF_8)), this);
            }
        }

        @Override
        public void succeeded() {
            writing.set(false);
        }

        @Override
        public void failed(Throwable failure) {
            listeners.remove(this);
            if (ended.compareAndSet(false, true)) {
                request.failed(failure);
            }
        }

        void end() {
            listeners.remove(this);
            if (ended.compareAndSet(false, true)) {
                request.succeeded();
            }
        }
    }
}
