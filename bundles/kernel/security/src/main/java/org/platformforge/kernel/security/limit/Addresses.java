package org.platformforge.kernel.security.limit;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;

/** The part of a client's address that is counted: all of IPv4, the /64 of IPv6, which one client has whole. */
final class Addresses {
    private static final int NETWORK_BYTES = 8;

    private Addresses() {}

    static String counted(String address) {
        if (address == null) {
            return "address unknown";
        }
        return address.indexOf(':') < 0 ? "address " + address : "address " + network(address);
    }

    private static String network(String literal) {
        int zone = literal.indexOf('%');
        String plain = (zone < 0 ? literal : literal.substring(0, zone))
                .replace("[", "")
                .replace("]", "");
        try {
            InetAddress parsed = InetAddress.getByName(plain); // holds a colon: parsed, never looked up
            return parsed instanceof Inet6Address
                    ? HexFormat.of().formatHex(parsed.getAddress(), 0, NETWORK_BYTES)
                    : parsed.getHostAddress();
        } catch (UnknownHostException e) {
            return "unknown";
        }
    }
}
