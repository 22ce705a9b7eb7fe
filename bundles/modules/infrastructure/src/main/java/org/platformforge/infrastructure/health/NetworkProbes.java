package org.platformforge.infrastructure.health;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * Probes of components that the operator names by address: {@code redis://host:port} is sent a PING, {@code http(s)://…} is
 * asked with GET, {@code tcp://host:port} is connected to.
 */
final class NetworkProbes {
    private static final int REDIS_PORT = 6379;
    private static final int MOST = 64 * 1024;
    private static final ObjectMapper JSON = new ObjectMapper();

    private NetworkProbes() {}

    /** @return one that tells what is wrong with an address that cannot be asked */
    static Probe of(String name, String address, int timeoutMillis) {
        URI uri;
        try {
            uri = URI.create(address);
        } catch (IllegalArgumentException e) {
            return wrong(address);
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme();
        if (uri.getHost() == null) {
            return wrong(address);
        }
        switch (scheme) {
            case "redis":
                return () -> redis(uri, timeoutMillis);
            case "tcp":
                return uri.getPort() < 0 ? wrong(address) : () -> tcp(uri, timeoutMillis);
            case "http", "https":
                return name.equals("elasticsearch")
                        ? () -> elasticsearch(uri, timeoutMillis)
                        : () -> http(uri, timeoutMillis);
            default:
                return wrong(address);
        }
    }

    private static Probe wrong(String address) {
        return () -> ComponentHealth.unhealthy(
                "The configured address is none of redis://host:port, http(s)://host/path, tcp://host:port: "
                        + address);
    }

    private static ComponentHealth redis(URI uri, int timeout) throws IOException {
        try (Socket socket = connect(uri, REDIS_PORT, timeout)) {
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            String answer = line(socket.getInputStream());
            if (answer.startsWith("+PONG") || answer.startsWith("-NOAUTH")) {
                return ComponentHealth.HEALTHY; // it works; that it wants a password is no illness
            }
            return answer.startsWith("-LOADING")
                    ? ComponentHealth.degraded("It is still loading its data")
                    : ComponentHealth.unhealthy("It does not answer PING as Redis does");
        }
    }

    private static ComponentHealth tcp(URI uri, int timeout) throws IOException {
        try (Socket connected = connect(uri, uri.getPort(), timeout)) {
            return connected.isConnected() ? ComponentHealth.HEALTHY : ComponentHealth.unhealthy("Not connected");
        }
    }

    private static ComponentHealth http(URI uri, int timeout) throws IOException {
        HttpURLConnection connection = open(uri, timeout);
        try {
            int status = connection.getResponseCode();
            return status < 400 ? ComponentHealth.HEALTHY : ComponentHealth.unhealthy("It answers with " + status);
        } finally {
            connection.disconnect();
        }
    }

    /** Its own word: green, yellow (copies are missing) or red (data is missing). */
    private static ComponentHealth elasticsearch(URI uri, int timeout) throws IOException {
        HttpURLConnection connection = open(uri.resolve("/_cluster/health"), timeout);
        try {
            int status = connection.getResponseCode();
            if (status == 401 || status == 403) {
                return ComponentHealth.HEALTHY;
            }
            if (status >= 400) {
                return ComponentHealth.unhealthy("It answers with " + status);
            }
            try (InputStream body = connection.getInputStream()) {
                String colour =
                        JSON.readTree(body.readNBytes(MOST)).path("status").asText();
                return switch (colour) {
                    case "green" -> ComponentHealth.HEALTHY;
                    case "yellow" -> ComponentHealth.degraded("The cluster is yellow");
                    case "red" -> ComponentHealth.unhealthy("The cluster is red");
                    default -> ComponentHealth.unhealthy("It does not answer as Elasticsearch does");
                };
            } catch (JsonProcessingException e) {
                return ComponentHealth.unhealthy("It does not answer as Elasticsearch does");
            }
        } finally {
            connection.disconnect();
        }
    }

    private static HttpURLConnection open(URI uri, int timeout) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
        connection.setConnectTimeout(timeout);
        connection.setReadTimeout(timeout);
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        return connection;
    }

    private static Socket connect(URI uri, int defaultPort, int timeout) throws IOException {
        Socket socket = new Socket();
        try {
            socket.setSoTimeout(timeout);
            int port = uri.getPort() < 0 ? defaultPort : uri.getPort();
            socket.connect(new InetSocketAddress(uri.getHost(), port), timeout);
            return socket;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next >= 0 && next != '\n' && line.length() < 200; next = in.read()) {
            line.append((char) next);
        }
        return line.toString();
    }
}
