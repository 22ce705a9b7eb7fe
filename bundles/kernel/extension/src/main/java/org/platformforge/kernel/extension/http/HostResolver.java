package org.platformforge.kernel.extension.http;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.SocketAddressResolver;

/**
 * Gives the client only addresses it may connect to. The client connects to exactly these: what a name server says later
 * does not count. Thread-safe.
 */
final class HostResolver implements SocketAddressResolver {
    /** The host has no address that may be connected to. */
    static final class InsideException extends UnknownHostException {
        private static final long serialVersionUID = 1L;

        InsideException(String host) {
            super(host + " has no public address");
        }
    }

    private final Executor executor;
    private final Supplier<Set<String>> inside;

    /** @param inside hosts, with or without a port, whose addresses need not be public */
    HostResolver(Executor executor, Supplier<Set<String>> inside) {
        this.executor = executor;
        this.inside = inside;
    }

    @Override
    public void resolve(String host, int port, Promise<List<InetSocketAddress>> promise) {
        executor.execute(() -> {
            try {
                promise.succeeded(addresses(host, port));
            } catch (UnknownHostException e) {
                promise.failed(e);
            }
        });
    }

    private List<InetSocketAddress> addresses(String host, int port) throws UnknownHostException {
        String name = host.toLowerCase(Locale.ROOT);
        Set<String> allowed = inside.get();
        boolean anywhere = allowed.contains(name) || allowed.contains(name + ":" + port);
        List<InetSocketAddress> found = new ArrayList<>();
        for (InetAddress address : InetAddress.getAllByName(host)) {
            if (anywhere || PublicAddresses.contains(address)) {
                found.add(new InetSocketAddress(address, port));
            }
        }
        if (found.isEmpty()) {
            throw new InsideException(host);
        }
        return found;
    }
}
