package org.platformforge.kernel.extension.http;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.platformforge.extension.api.OutboundHttp;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;

/** What an extension's request must be like. Stateless. */
final class HttpRequests {
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
    private static final Set<String> OURS = Set.of(
            "host",
            "content-length",
            "transfer-encoding",
            "connection",
            "keep-alive",
            "upgrade",
            "te",
            "trailer",
            "expect",
            "proxy-authorization",
            "proxy-connection");
    private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}");
    private static final Pattern VALUE = Pattern.compile("[\\t\\x20-\\x7E]{0,8192}");
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final int BODY = 10 << 20;

    private HttpRequests() {}

    /** @throws PlatformException {@code VALIDATION}, {@code FORBIDDEN} */
    static void check(OutboundHttp.Request request, Set<String> hosts) {
        URI uri = request.uri();
        if (uri == null || uri.getHost() == null || uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
            throw PlatformException.invalid("uri", "must have a host, and neither a user nor a fragment");
        }
        if (!METHODS.contains(String.valueOf(request.method()))) {
            throw PlatformException.invalid(
                    "method", "must be one of " + METHODS.stream().sorted().toList());
        }
        request.headers().forEach((name, value) -> {
            if (!NAME.matcher(name).matches() || OURS.contains(name.toLowerCase(Locale.ROOT))) {
                throw PlatformException.invalid("headers." + name, "is no header an extension can set");
            }
            if (value == null || !VALUE.matcher(value).matches()) {
                throw PlatformException.invalid("headers." + name, "has a value that is no header's");
            }
        });
        if (request.body() != null && request.body().length > BODY) {
            throw PlatformException.invalid("body", "has more than " + BODY + " bytes");
        }
        declared(uri, hosts);
    }

    private static void declared(URI uri, Set<String> hosts) {
        String host = uri.getHost().toLowerCase(Locale.ROOT);
        boolean tls = "https".equalsIgnoreCase(uri.getScheme());
        if (!tls && !"http".equalsIgnoreCase(uri.getScheme())) {
            throw PlatformException.invalid("uri", "must be https, or http to a port the manifest names");
        }
        boolean standard = tls && (uri.getPort() < 0 || uri.getPort() == 443);
        boolean named = uri.getPort() >= 0 && hosts.contains(host + ":" + uri.getPort())
                || uri.getPort() < 0 && !tls && hosts.contains(host + ":80");
        if (!named && !(standard && hosts.contains(host))) {
            throw PlatformException.of(
                            ErrorKind.FORBIDDEN,
                            "The extension's manifest does not declare " + uri.getScheme() + "://" + uri.getAuthority())
                    .withDetail("host", host);
        }
    }

    static Duration timeout(OutboundHttp.Request request) {
        Duration wanted = request.timeout() == null ? LONGEST : request.timeout();
        return wanted.isNegative() || wanted.isZero() || wanted.compareTo(LONGEST) > 0 ? LONGEST : wanted;
    }
}
