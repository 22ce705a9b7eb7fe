package org.platformforge.kernel.http.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.servlet.http.HttpServletRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out what trusted proxies say of a request. Each proxy adds an entry with who asked it, so the client is the last one
 * that no trusted proxy is; what stands before it, clients may have written. Of the two ways to say it, the {@code
 * X-Forwarded-*} headers and {@code Forwarded} (RFC 7239), only the one that the proxies are known to write is read: the other
 * one would come through them as the client sent it. Immutable.
 */
public final class TrustedProxies {
    private static final Logger LOG = LoggerFactory.getLogger(TrustedProxies.class);
    private static final Pattern HOST =
            Pattern.compile("([A-Za-z0-9._-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}])(:[0-9]{1,5})?");
    private static final int MAX_LENGTH = 8192;

    private final List<Network> networks;
    private final boolean standard;

    /** One entry of a proxy, as it stands there; null is what it does not say. */
    private record Hop(String address, String scheme, String host) {}

    private TrustedProxies(List<Network> networks, boolean standard) {
        this.networks = networks;
        this.standard = standard;
    }

    /**
     * @param entries addresses or networks such as {@code 10.0.0.0/8}; what is neither is logged and not trusted
     * @param header {@code forwarded} or {@code x-forwarded}
     */
    public static TrustedProxies of(List<String> entries, String header) {
        List<Network> networks = new ArrayList<>();
        for (String entry : entries) {
            try {
                networks.add(Network.of(entry));
            } catch (IllegalArgumentException e) {
                LOG.warn("trusted.proxies: {} is no address or network and is left out", entry);
            }
        }
        return new TrustedProxies(List.copyOf(networks), "forwarded".equalsIgnoreCase(header.trim()));
    }

    /** Whether nobody is believed. */
    public boolean isEmpty() {
        return networks.isEmpty();
    }

    /** @return null when the request is the client's own, or what it says cannot be read */
    public Forwarded forwarded(HttpServletRequest request) {
        if (networks.isEmpty() || !trusted(Network.bytes(request.getRemoteAddr()))) {
            return null;
        }
        List<Hop> hops = standard ? standard(request) : conventional(request);
        Forwarded client = null;
        for (int i = hops.size() - 1; i >= 0; i--) {
            Hop hop = hops.get(i);
            byte[] address = Network.bytes(hop.address());
            if (address == null) {
                return client;
            }
            client = new Forwarded(inet(address), scheme(hop.scheme()), host(hop.host()));
            if (!trusted(address)) {
                return client;
            }
        }
        return client;
    }

    private boolean trusted(byte[] address) {
        return address != null && networks.stream().anyMatch(network -> network.contains(address));
    }

    /** Proxies append to the lines, or overwrite them: counted from the end, entries of the three headers belong together. */
    private static List<Hop> conventional(HttpServletRequest request) {
        List<String> addresses = list(request, "X-Forwarded-For");
        List<String> schemes = list(request, "X-Forwarded-Proto");
        List<String> hosts = list(request, "X-Forwarded-Host");
        List<Hop> hops = new ArrayList<>();
        for (int i = 0; i < addresses.size(); i++) {
            int fromEnd = addresses.size() - i;
            hops.add(new Hop(addresses.get(i), fromEnd(schemes, fromEnd), fromEnd(hosts, fromEnd)));
        }
        return hops;
    }

    private static String fromEnd(List<String> values, int place) {
        return values.isEmpty() ? null : values.get(Math.max(0, values.size() - place));
    }

    /** Several lines are one list (RFC 9110, 5.3). */
    private static List<String> list(HttpServletRequest request, String header) {
        String all = String.join(",", Collections.list(request.getHeaders(header)));
        List<String> values = new ArrayList<>();
        if (!all.isEmpty()) {
            for (String value : all.split(",", -1)) {
                values.add(value.trim());
            }
        }
        return values;
    }

    private static List<Hop> standard(HttpServletRequest request) {
        String all = String.join(",", Collections.list(request.getHeaders("Forwarded")));
        List<Hop> hops = new ArrayList<>();
        if (all.isEmpty() || all.length() > MAX_LENGTH) {
            return hops;
        }
        for (String element : split(all, ',')) {
            String address = null;
            String scheme = null;
            String host = null;
            for (String pair : split(element, ';')) {
                int equals = pair.indexOf('=');
                String value =
                        equals < 0 ? "" : unquoted(pair.substring(equals + 1).trim());
                switch (equals < 0 ? "" : pair.substring(0, equals).trim().toLowerCase(Locale.ROOT)) {
                    case "for" -> address = value;
                    case "proto" -> scheme = value;
                    case "host" -> host = value;
                    default -> {
                        // by, or an extension
                    }
                }
            }
            hops.add(new Hop(address, scheme, host));
        }
        return hops;
    }

    /** Not within quoted strings. */
    private static List<String> split(String text, char separator) {
        List<String> parts = new ArrayList<>();
        boolean quoted = false;
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            char current = text.charAt(i);
            if (current == '"') {
                quoted = !quoted;
            } else if (current == '\\' && quoted) {
                i++;
            } else if (current == separator && !quoted) {
                parts.add(text.substring(start, i));
                start = i + 1;
            }
        }
        parts.add(text.substring(start));
        return parts;
    }

    private static String unquoted(String value) {
        return value.length() > 1 && value.startsWith("\"") && value.endsWith("\"")
                ? value.substring(1, value.length() - 1).replaceAll("\\\\(.)", "$1")
                : value;
    }

    private static String scheme(String scheme) {
        return "https".equalsIgnoreCase(scheme) || "http".equalsIgnoreCase(scheme)
                ? scheme.toLowerCase(Locale.ROOT)
                : null;
    }

    private static String host(String host) {
        return host != null && HOST.matcher(host).matches() ? host : null;
    }

    private static InetAddress inet(byte[] address) {
        try {
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e); // of other lengths than 4 and 16, which Network.bytes never gives
        }
    }
}
