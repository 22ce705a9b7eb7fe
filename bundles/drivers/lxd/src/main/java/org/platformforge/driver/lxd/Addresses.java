package org.platformforge.driver.lxd;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.math.BigInteger;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URL;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import org.platformforge.driver.common.CommaList;

/**
 * Where instances answer. Who is root in an instance can give it any address, so that only those are believed which lie in
 * the networks the operator names, or, where none is named, could belong to an instance at all. Stateless.
 */
final class Addresses {
    private static final int CONNECT_MILLIS = 1_000;
    private static final int PROBE_MILLIS = 2_000;

    private Addresses() {}

    /** @param state of an instance, as the server tells it */
    static Optional<String> of(JsonNode state, LxdConfig config) {
        return Instance.addresses(state).stream()
                .filter(address -> isBelieved(address, config.networks()))
                .findFirst();
    }

    static boolean isBelieved(String literal, String... networks) {
        try {
            List<String> named = CommaList.of(networks);
            InetAddress address = InetAddress.getByName(literal); // a literal: no name server is asked
            if (!named.isEmpty()) {
                return named.stream().anyMatch(network -> contains(network, address));
            }
            return !address.isLoopbackAddress()
                    && !address.isLinkLocalAddress()
                    && !address.isAnyLocalAddress()
                    && !address.isMulticastAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static boolean contains(String network, InetAddress address) {
        String[] parts = network.split("/", 2);
        if (!parts[0].matches("[0-9A-Fa-f]+[.:][0-9A-Fa-f.:]+")) {
            return false;
        }
        try {
            byte[] base = InetAddress.getByName(parts[0]).getAddress();
            byte[] other = address.getAddress();
            int bits = parts.length == 2 ? Integer.parseInt(parts[1]) : base.length * Byte.SIZE;
            int rest = base.length * Byte.SIZE - bits;
            return base.length == other.length
                    && rest >= 0
                    && new BigInteger(1, base).shiftRight(rest).equals(new BigInteger(1, other).shiftRight(rest));
        } catch (UnknownHostException | NumberFormatException e) {
            return false;
        }
    }

    static String withPort(String address, int port) {
        return (address.indexOf(':') < 0 ? address : "[" + address + "]") + ":" + port;
    }

    /** Whether something is known to refuse connections there. Somebody who is slow does not refuse. */
    static boolean refuses(String address, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), CONNECT_MILLIS);
            return false;
        } catch (ConnectException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** What keeps an application from being ready, null when its probe answered. */
    static String probe(String address, int port, String path) {
        try {
            HttpURLConnection connection = (HttpURLConnection) new URL("http", address, port, path).openConnection();
            connection.setConnectTimeout(PROBE_MILLIS);
            connection.setReadTimeout(PROBE_MILLIS);
            connection.setInstanceFollowRedirects(false);
            connection.setUseCaches(false);
            try {
                int status = connection.getResponseCode();
                return status >= 200 && status < 400 ? null : "the probe was answered " + status;
            } finally {
                connection.disconnect();
            }
        } catch (ConnectException e) {
            return "nothing listens at " + withPort(address, port);
        } catch (IOException e) {
            return "the probe was not answered";
        }
    }
}
