package org.platformforge.kernel.http.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import javax.servlet.http.HttpServletRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the client's address: the connection's, or, when that is a trusted proxy, the last entry of {@code
 * X-Forwarded-For} that no trusted proxy wrote. Immutable.
 */
public final class TrustedProxies {
    private static final Logger LOG = LoggerFactory.getLogger(TrustedProxies.class);
    /** Literals only: what matches is never looked up by name. */
    private static final Pattern ADDRESS =
            Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|(?=.{2,45}$)[0-9a-fA-F.]*:[0-9a-fA-F:.]*");

    private final List<Network> networks;

    private TrustedProxies(List<Network> networks) {
        this.networks = networks;
    }

    /** @param entries addresses or networks such as {@code 10.0.0.0/8}; what is neither is logged and not trusted */
    public static TrustedProxies of(List<String> entries) {
        List<Network> networks = new ArrayList<>();
        for (String entry : entries) {
            try {
                networks.add(network(entry));
            } catch (IllegalArgumentException e) {
                LOG.warn("trusted.proxies: {} is no address or network and is left out", entry);
            }
        }
        return new TrustedProxies(List.copyOf(networks));
    }

    public String clientAddress(HttpServletRequest request) {
        String address = request.getRemoteAddr();
        if (networks.isEmpty() || !trusted(address)) {
            return address;
        }
        // Some proxies append to the client's line, some add a line of their own: all are one list (RFC 9110, 5.3).
        List<String> lines = Collections.list(request.getHeaders("X-Forwarded-For"));
        if (lines.isEmpty()) {
            return address;
        }
        String[] hops = String.join(",", lines).split(",", -1);
        for (int i = hops.length - 1; i >= 0; i--) {
            String hop = hops[i].trim();
            if (!ADDRESS.matcher(hop).matches()) {
                return address;
            }
            address = hop;
            if (!trusted(hop)) {
                return address;
            }
        }
        return address;
    }

    private boolean trusted(String address) {
        byte[] bytes = bytes(address);
        return bytes != null && networks.stream().anyMatch(network -> network.contains(bytes));
    }

    private static Network network(String entry) {
        int slash = entry.indexOf('/');
        byte[] address = bytes(slash < 0 ? entry : entry.substring(0, slash));
        if (address == null) {
            throw new IllegalArgumentException(entry);
        }
        int bits = slash < 0 ? address.length * 8 : Integer.parseInt(entry.substring(slash + 1));
        if (bits < 0 || bits > address.length * 8) {
            throw new IllegalArgumentException(entry);
        }
        return new Network(address, bits);
    }

    private static byte[] bytes(String address) {
        String literal = address != null && address.startsWith("[") && address.endsWith("]")
                ? address.substring(1, address.length() - 1)
                : address;
        if (literal == null || !ADDRESS.matcher(literal).matches()) {
            return null;
        }
        try {
            return InetAddress.getByName(literal).getAddress();
        } catch (UnknownHostException e) {
            return null;
        }
    }

    private record Network(byte[] address, int bits) {
        boolean contains(byte[] other) {
            if (other.length != address.length) {
                return false;
            }
            for (int i = 0; i < bits; i++) {
                int mask = 0x80 >> (i % 8);
                if ((address[i / 8] & mask) != (other[i / 8] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }
}
