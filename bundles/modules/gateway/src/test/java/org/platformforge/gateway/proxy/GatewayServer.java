package org.platformforge.gateway.proxy;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.servlet.ServletException;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.AbstractHandler;
import org.platformforge.gateway.domain.TestGateway;
import org.platformforge.gateway.testing.TestConfig;
import org.platformforge.kernel.store.database.DatabaseKind;

/** An application, the gateway before it in a real Jetty, and clients that write their requests by hand. */
final class GatewayServer implements AutoCloseable {
    final TestGateway gateway = new TestGateway(DatabaseKind.DERBY);
    final HttpServer application;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final GatewayHandler handler;
    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server);

    GatewayServer(TestConfig config) throws Exception {
        application = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        application.setExecutor(threads);
        application.start();
        handler = new GatewayHandler(
                gateway.routes, gateway.recorder, gateway.answers, gateway.backends, gateway.traffic, config);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(new AbstractHandler() {
            @Override
            public void handle(String target, Request base, HttpServletRequest request, HttpServletResponse response)
                    throws IOException, ServletException {
                base.setHandled(true);
                String host = request.getServerName();
                if (handler.accepts(host)) {
                    handler.handle(host, request, response);
                } else {
                    response.setStatus(418);
                }
            }
        });
        server.start();
        gateway.apply(
                "ten_a",
                "res-1",
                "shop-dev",
                "127.0.0.1:" + application.getAddress().getPort());
    }

    GatewayServer on(String path, HttpHandler answer) {
        application.createContext(path, answer);
        return this;
    }

    Socket connect() throws IOException {
        Socket socket = new Socket("127.0.0.1", connector.getLocalPort());
        socket.setSoTimeout(10_000);
        return socket;
    }

    /** Sends lines and a blank one, and reads until the server closes. */
    String exchange(String... lines) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(head(lines));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    String get(String path, String... more) throws IOException {
        String[] lines = new String[more.length + 3];
        lines[0] = "GET " + path + " HTTP/1.1";
        lines[1] = "Host: shop-dev.localhost";
        lines[2] = "Connection: close";
        System.arraycopy(more, 0, lines, 3, more.length);
        return exchange(lines);
    }

    static byte[] head(String... lines) {
        return (String.join("\r\n", lines) + "\r\n\r\n").getBytes(StandardCharsets.UTF_8);
    }

    /** Reads until the text has come. */
    static String readUntil(InputStream input, String text) throws IOException {
        StringBuilder seen = new StringBuilder();
        while (seen.indexOf(text) < 0) {
            int next = input.read();
            if (next < 0) {
                throw new IOException("The stream ended after: " + seen);
            }
            seen.append((char) next);
        }
        return seen.toString();
    }

    void change(TestConfig config) throws ServletException {
        handler.modified(config);
    }

    long proxies() {
        return handler.proxies();
    }

    void stopHandler() {
        handler.close();
    }

    @Override
    public void close() throws Exception {
        server.stop();
        handler.close();
        application.stop(0);
        threads.shutdownNow();
        gateway.close();
    }
}
