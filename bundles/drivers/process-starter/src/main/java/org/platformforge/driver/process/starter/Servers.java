package org.platformforge.driver.process.starter;

import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** One small Jetty: few threads, a short stop. */
final class Servers {
    private static final long STOP_MILLIS = 3_000;

    private Servers() {}

    static Server server(Settings settings) {
        QueuedThreadPool threads = new QueuedThreadPool(16, 4);
        threads.setName("http");
        Server server = new Server(threads);
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setRelativeRedirectAllowed(true);
        http.setUriCompliance(UriCompliance.RFC3986);
        ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setHost(settings.host());
        connector.setPort(settings.port());
        connector.setReuseAddress(true);
        server.addConnector(connector);
        server.setStopAtShutdown(true);
        server.setStopTimeout(STOP_MILLIS);
        return server;
    }

    static void start(Server server, Handler handler, String name) throws Exception {
        server.setHandler(handler);
        server.start();
        System.out.println(name + " listens on " + server.getURI().getHost() + ":" + port(server));
    }

    static int port(Server server) {
        return ((ServerConnector) server.getConnectors()[0]).getLocalPort();
    }
}
