package org.platformforge.driver.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;
import org.eclipse.jgit.transport.http.HttpConnection;
import org.eclipse.jgit.transport.http.HttpConnectionFactory;
import org.eclipse.jgit.transport.http.JDKHttpConnection;

/**
 * Connections of JGit that reach public addresses only. The address is looked at where the socket connects to it: a name
 * that had a public address when it was checked and has another one now ("DNS rebinding") leads nowhere. Behind a proxy
 * that the operator configured it is the proxy that resolves names and decides. Stateless.
 */
final class PublicConnections implements HttpConnectionFactory {
    @Override
    public HttpConnection create(URL url) throws IOException {
        return create(url, Proxy.NO_PROXY);
    }

    @Override
    public HttpConnection create(URL url, Proxy proxy) throws IOException {
        if (!"https".equals(url.getProtocol())) {
            throw new IOException("Only https is fetched"); // a repository may name others as its alternates
        }
        return new Guarded(new URL(null, url.toExternalForm(), new Handler()), proxy);
    }

    /** Whether an address is one of this host, its networks or other special purposes (RFC 6890). */
    static boolean isInside(InetAddress address) {
        byte[] bytes = address.getAddress();
        return address.isLoopbackAddress()
                || address.isAnyLocalAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()
                || (bytes.length == 4 ? isSpecial4(bytes) : isSpecial6(bytes));
    }

    private static boolean isSpecial4(byte[] bytes) {
        int first = bytes[0] & 0xFF;
        int second = bytes[1] & 0xFF;
        boolean sharedByCarrier = first == 100 && (second & 0xC0) == 64;
        boolean benchmark = first == 198 && (second & 0xFE) == 18;
        boolean protocols = first == 192 && second == 0 && bytes[2] == 0;
        return first == 0 || first >= 240 || sharedByCarrier || benchmark || protocols;
    }

    /** Those that hold an address of version 4 may lead to any of them: NAT64, 6to4, Teredo, IPv4-compatible. */
    private static boolean isSpecial6(byte[] bytes) {
        int first = (bytes[0] & 0xFF) << 8 | bytes[1] & 0xFF;
        int second = (bytes[2] & 0xFF) << 8 | bytes[3] & 0xFF;
        boolean uniqueLocal = (bytes[0] & 0xFE) == 0xFC;
        return uniqueLocal || first == 0 || first == 0x64 || first == 0x2002 || first == 0x2001 && second == 0;
    }

    private static final class Guarded extends JDKHttpConnection {
        Guarded(URL url, Proxy proxy) throws IOException {
            super(url, proxy);
        }
    }

    private static final class Handler extends URLStreamHandler {
        @Override
        protected URLConnection openConnection(URL url) throws IOException {
            return openConnection(url, Proxy.NO_PROXY);
        }

        @Override
        protected URLConnection openConnection(URL url, Proxy proxy) throws IOException {
            HttpsURLConnection connection = (HttpsURLConnection) new URL(url.toExternalForm()).openConnection(proxy);
            if (proxy.type() == Proxy.Type.DIRECT) {
                connection.setSSLSocketFactory(new Sockets(HttpsURLConnection.getDefaultSSLSocketFactory()));
            }
            return connection;
        }
    }

    /** Gives out plain sockets that look where they go, and puts TLS on them when they have got there. */
    private static final class Sockets extends SSLSocketFactory {
        private final SSLSocketFactory tls;

        Sockets(SSLSocketFactory tls) {
            this.tls = tls;
        }

        @Override
        public Socket createSocket() {
            return new PublicSocket();
        }

        @Override
        public Socket createSocket(Socket connected, String host, int port, boolean autoClose) throws IOException {
            return tls.createSocket(connected, host, port, autoClose);
        }

        @Override
        public Socket createSocket(String host, int port) throws IOException {
            return createSocket(InetAddress.getByName(host), port);
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
            return createSocket(host, port);
        }

        @Override
        public Socket createSocket(InetAddress host, int port) throws IOException {
            Socket socket = createSocket();
            socket.connect(new InetSocketAddress(host, port));
            return createSocket(socket, host.getHostName(), port, true);
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
            return createSocket(host, port);
        }

        @Override
        public String[] getDefaultCipherSuites() {
            return tls.getDefaultCipherSuites();
        }

        @Override
        public String[] getSupportedCipherSuites() {
            return tls.getSupportedCipherSuites();
        }
    }

    private static final class PublicSocket extends Socket {
        @Override
        public void connect(SocketAddress endpoint, int timeout) throws IOException {
            if (endpoint instanceof InetSocketAddress target
                    && target.getAddress() != null
                    && isInside(target.getAddress())) {
                throw new IOException("its host has an address that is not public");
            }
            super.connect(endpoint, timeout);
        }

        @Override
        public void connect(SocketAddress endpoint) throws IOException {
            connect(endpoint, 0);
        }
    }
}
