package org.platformforge.driver.process.starter;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.server.WebSocketUpgradeHandler;

/** The starter web application: a page, its figures as JSON and as a live stream, and a WebSocket that echoes. */
final class WebApp extends Handler.Abstract {
    private static final int LARGEST_MESSAGE_BYTES = 1 << 20;
    private static final Duration IDLE_SOCKET = Duration.ofMinutes(10);

    private final Settings settings;
    private final Server server;
    private final Page page;
    private final EventStream events;
    private final LongAdder requests = new LongAdder();

    WebApp(Settings settings) {
        this.settings = settings;
        this.server = Servers.server(settings);
        this.page = new Page(settings);
        this.events = new EventStream(this::info);
    }

    Server serve() throws Exception {
        WebSocketUpgradeHandler sockets = WebSocketUpgradeHandler.from(server, container -> {
            container.setMaxTextMessageSize(LARGEST_MESSAGE_BYTES);
            container.setMaxBinaryMessageSize(LARGEST_MESSAGE_BYTES);
            container.setIdleTimeout(IDLE_SOCKET);
            container.addMapping("/ws", (request, response, callback) -> new EchoSocket());
        });
        sockets.setHandler(this);
        server.addBean(events);
        Servers.start(server, sockets, "web-app " + settings.service());
        return server;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        String path = Request.getPathInContext(request);
        if (!path.equals("/healthz")) {
            requests.increment();
        }
        if (!HttpMethod.GET.is(request.getMethod()) && !HttpMethod.HEAD.is(request.getMethod())) {
            response.getHeaders().put(HttpHeader.ALLOW, "GET, HEAD");
            answer(405, "text/plain;charset=utf-8", "Only GET and HEAD\n", response, callback);
            return true;
        }
        switch (path) {
            case "/" -> answer(200, "text/html;charset=utf-8", page.html(), response, callback);
            case "/healthz" -> answer(200, "text/plain;charset=utf-8", "ok\n", response, callback);
            case "/info" -> answer(200, "application/json", info() + "\n", response, callback);
            case "/events" -> events.open(request, response, callback);
            case "/ws" -> answer(426, "text/plain;charset=utf-8", "This is a WebSocket\n", response, callback);
            default -> answer(404, "text/plain;charset=utf-8", "There is no page here\n", response, callback);
        }
        return true;
    }

    private void answer(int status, String type, String body, Response response, Callback callback) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.getHeaders().put("X-Content-Type-Options", "nosniff");
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.getBytes(StandardCharsets.UTF_8).length);
        Content.Sink.write(response, true, body, callback);
    }

    /** One line of JSON, as {@code /info} and each event carry it. */
    String info() {
        long uptime = ManagementFactory.getRuntimeMXBean().getUptime() / 1000;
        return "{\"service\":" + Json.string(settings.service())
                + ",\"environment\":" + Json.string(settings.environment())
                + ",\"engine\":" + Json.string(settings.engine())
                + ",\"resource_id\":" + Json.string(settings.resourceId())
                + ",\"pid\":" + ProcessHandle.current().pid()
                + ",\"java\":" + Json.string(Runtime.version().toString())
                + ",\"uptime_seconds\":" + uptime
                + ",\"requests\":" + requests.sum() + "}";
    }
}
