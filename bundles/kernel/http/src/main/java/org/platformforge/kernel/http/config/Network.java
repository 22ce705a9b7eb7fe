package org.platformforge.kernel.http.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/** Addresses that begin with the same bits. IPv4 in IPv6 ({@code ::ffff:10.0.0.1}) is the IPv4 address. Immutable. */
record Network(byte[] address, int bits) {
    /** Literals only: what matches is never looked up by name. */
    private static final Pattern LITERAL =
            Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|(?=.{2,45}$)[0-9a-fA-F.]*:[0-9a-fA-F:.]*");

    private static final Pattern WITH_PORT = Pattern.compile(
            "(\\d{1,3}(?:\\.\\d{1,3}){3}|\\[[0-9a-fA-F:.]{2,45}])(?::[0-9]{1,5}|:_[A-Za-z0-9._-]{1,64})");

    /** @throws IllegalArgumentException for what is no address or network */
    static Network of(String entry) {
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

    /** @return null for what is no address; brackets and a port are left out */
    static byte[] bytes(String text) {
        if (text == null) {
            return null;
        }
        var port = WITH_PORT.matcher(text);
        String literal = port.matches() ? port.group(1) : text;
        if (literal.startsWith("[") && literal.endsWith("]")) {
            literal = literal.substring(1, literal.length() - 1);
        }
        if (!LITERAL.matcher(literal).matches()) {
            return null;
        }
        try {
            return InetAddress.getByName(literal).getAddress();
        } catch (UnknownHostException e) {
            return null;
        }
    }

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
