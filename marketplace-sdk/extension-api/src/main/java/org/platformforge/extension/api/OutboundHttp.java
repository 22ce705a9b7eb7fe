package org.platformforge.extension.api;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.osgi.annotation.versioning.ProviderType;

/**
 * HTTP to the hosts an extension's manifest declares and the installer accepted. Names are resolved once per request and
 * only public addresses are connected to, unless the operator allows others; redirects are not followed. Thread-safe.
 */
@ProviderType
public interface OutboundHttp {
    /**
     * @param body empty for none
     * @param timeout from connecting to the last byte, at most 30 seconds
     */
    record Request(String method, URI uri, Map<String, String> headers, byte[] body, Duration timeout) {
        /** A GET with a timeout of 10 seconds. */
        public static Request get(URI uri) {
            return new Request("GET", uri, Map.of(), new byte[0], Duration.ofSeconds(10));
        }
    }

    /** @param body at most 10 MiB; a larger one is an error */
    record Response(int status, Map<String, List<String>> headers, byte[] body) {}

    /**
     * Sends the request and waits for the whole answer.
     *
     * @throws org.platformforge.kernel.api.PlatformException {@code FORBIDDEN} when the manifest does not declare the host,
     *     or it leads to an address that is not allowed
     * @throws IOException when the host cannot be reached or answers too slowly or too much
     * @throws InterruptedException when the call's time is over or the extension is stopped
     */
    Response send(Request request) throws IOException, InterruptedException;
}
