package org.platformforge.gateway.proxy;

import java.util.concurrent.TimeUnit;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.HttpRequest;
import org.eclipse.jetty.client.api.Request;
import org.eclipse.jetty.client.http.HttpConnectionOverHTTP;
import org.eclipse.jetty.client.http.HttpConnectionUpgrader;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.HttpConnection;

/**
 * Turns a request whose application answers 101 into a tunnel between client and application. Any other answer is
 * passed on like that of any request. Thread-safe.
 */
final class WebSocketUpgrade {
    private static final String ATTRIBUTE = WebSocketUpgrade.class.getName();
    private static final String PROTOCOL = "websocket";

    private final HttpConnection client;
    private final long idleMillis;

    private WebSocketUpgrade(HttpConnection client, int idleSeconds) {
        this.client = client;
        this.idleMillis = TimeUnit.SECONDS.toMillis(idleSeconds);
    }

    static boolean isWanted(HttpServletRequest request) {
        return PROTOCOL.equalsIgnoreCase(request.getHeader("Upgrade"))
                && request.getHeader("Sec-WebSocket-Key") != null;
    }

    /**
     * To be called on the thread that received the request.
     *
     * @return false when the client's connection is none that can be turned, such as one of HTTP/2
     */
    static boolean prepare(HttpServletRequest request, int idleSeconds) {
        HttpConnection connection = HttpConnection.getCurrentConnection();
        if (connection == null) {
            return false;
        }
        request.setAttribute(ATTRIBUTE, new WebSocketUpgrade(connection, idleSeconds));
        return true;
    }

    /** Has the request ask the application for the upgrade too, if it is one. */
    static void apply(HttpServletRequest request, HttpServletResponse response, Request upstream, HttpClient http) {
        if (!(request.getAttribute(ATTRIBUTE) instanceof WebSocketUpgrade upgrade)) {
            return;
        }
        upstream.header(HttpHeader.UPGRADE, PROTOCOL);
        upstream.header(HttpHeader.CONNECTION, HttpHeader.UPGRADE.asString());
        HttpConnectionUpgrader upgrader = (answer, connection) -> upgrade.connect(request, response, connection, http);
        ((HttpRequest) upstream).getConversation().setAttribute(HttpConnectionUpgrader.class.getName(), upgrader);
    }

    private void connect(
            HttpServletRequest request,
            HttpServletResponse response,
            HttpConnectionOverHTTP connection,
            HttpClient http) {
        EndPoint application = connection.getEndPoint();
        TunnelConnection upper = new TunnelConnection(application, http.getExecutor(), http.getByteBufferPool());
        TunnelConnection lower = new TunnelConnection(
                client.getEndPoint(),
                client.getConnector().getExecutor(),
                client.getConnector().getByteBufferPool());
        ProxyGeneration generation = ProxyGeneration.of(request);
        // never refused: the request that becomes the tunnel is still in it
        TunnelConnection.tie(lower, upper, generation.enter() ? generation::exit : () -> {});
        application.upgrade(upper);
        application.setIdleTimeout(idleMillis);
        client.getEndPoint().setIdleTimeout(idleMillis);
        response.setHeader(HttpHeader.CONNECTION.asString(), HttpHeader.UPGRADE.asString());
        response.setHeader(HttpHeader.UPGRADE.asString(), PROTOCOL);
        request.setAttribute(HttpConnection.UPGRADE_CONNECTION_ATTRIBUTE, lower);
    }
}
