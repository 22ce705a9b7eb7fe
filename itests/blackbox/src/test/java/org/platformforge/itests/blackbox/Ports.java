package org.platformforge.itests.blackbox;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports of this JVM's own, a thousand from the property {@code forge.ports} on: modules are tested side by side, and what
 * is free when one looks may be another's a moment later. All lie below those that connections get from the system.
 */
final class Ports {
    private static final int FIRST = Integer.getInteger("forge.ports", 22000);
    static final int APPLICATIONS = FIRST + 200;
    /** For a test that changes the first one. */
    static final int OTHER_APPLICATIONS = FIRST + 600;

    static final int LAST = FIRST + 999;
    private static final AtomicInteger NEXT = new AtomicInteger(FIRST);

    private Ports() {}

    /** For an instance of the platform; each is given once. */
    static int next() {
        while (true) {
            int port = NEXT.getAndIncrement();
            if (port >= APPLICATIONS) {
                throw new IllegalStateException("All ports from " + FIRST + " to " + (APPLICATIONS - 1) + " are taken");
            }
            if (free(port)) {
                return port;
            }
        }
    }

    private static boolean free(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    /** The process engine's configuration, with the ports of this JVM for its applications. */
    static String ofApplications(String configuration) {
        return configuration
                .replaceAll("(?m)^port\\.first = .*$", "port.first = " + APPLICATIONS)
                .replaceAll("(?m)^port\\.last = .*$", "port.last = " + LAST);
    }
}
