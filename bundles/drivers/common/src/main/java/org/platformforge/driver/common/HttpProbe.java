package org.platformforge.driver.common;

import java.io.IOException;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URL;

/** Whether an application answers at its address. Stateless. */
public final class HttpProbe {
    private static final int CONNECT_MILLIS = 1_000;
    private static final int PROBE_MILLIS = 2_000;

    private HttpProbe() {}

    public static String withPort(String address, int port) {
        return (address.indexOf(':') < 0 ? address : "[" + address + "]") + ":" + port;
    }

    /** Whether something is known to refuse connections there. Somebody who is slow does not refuse. */
    public static boolean refuses(String address, int port) {
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
    public static String probe(String address, int port, String path) {
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
