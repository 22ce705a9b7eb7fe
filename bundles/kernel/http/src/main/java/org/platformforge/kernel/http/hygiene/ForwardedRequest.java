package org.platformforge.kernel.http.hygiene;

import java.net.InetSocketAddress;
import org.eclipse.jetty.http.HostPortHttpField;
import org.eclipse.jetty.http.HttpScheme;
import org.eclipse.jetty.server.Request;
import org.platformforge.kernel.http.config.Forwarded;
import org.platformforge.kernel.http.config.TrustedProxies;

/**
 * Makes a request that came through a trusted proxy look as its client sent it: address, scheme, host. Everything behind sees
 * one and the same, the gateway and what it tells applications included. Stateless.
 */
final class ForwardedRequest {
    private ForwardedRequest() {}

    static void apply(TrustedProxies proxies, Request request) {
        if (proxies.isEmpty()) {
            return;
        }
        Forwarded forwarded = proxies.forwarded(request);
        if (forwarded == null) {
            return;
        }
        request.setRemoteAddr(new InetSocketAddress(forwarded.address(), 0));
        if (forwarded.scheme() != null) {
            request.setScheme(forwarded.scheme());
            request.setSecure(HttpScheme.HTTPS.is(forwarded.scheme()));
        }
        if (forwarded.host() != null) {
            HostPortHttpField field = new HostPortHttpField(forwarded.host());
            request.getHttpFields().put(field);
            request.setAuthority(field.getHost(), field.getPort());
        }
    }
}
