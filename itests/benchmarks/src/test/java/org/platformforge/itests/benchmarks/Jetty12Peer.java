package org.platformforge.itests.benchmarks;

import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Base64;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;

/** The limit: Jetty 12's server and one handler that writes the same bytes to everybody, in a JVM of its own. */
final class Jetty12Peer extends Handler.Abstract.NonBlocking {
    private final byte[] body;

    private Jetty12Peer(byte[] body) {
        this.body = body;
    }

    /** @param args the body in Base64 */
    public static void main(String[] args) throws Exception {
        serve(new Jetty12Peer(Base64.getDecoder().decode(args[0])));
    }

    /** Prints its address, then serves until the standard input ends. */
    static void serve(Handler handler) throws Exception {
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(handler);
        server.start();
        System.out.println(URI.create("http://127.0.0.1:" + connector.getLocalPort() + "/"));
        System.in.readAllBytes();
        server.stop();
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        response.write(true, ByteBuffer.wrap(body), callback);
        return true;
    }
}
