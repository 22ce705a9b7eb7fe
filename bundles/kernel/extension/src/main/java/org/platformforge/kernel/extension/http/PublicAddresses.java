package org.platformforge.kernel.extension.http;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;

/** Which addresses anybody on the Internet can have (IANA's registries of special-purpose addresses). Stateless. */
final class PublicAddresses {
    private record Block(byte[] prefix, int bits) {
        boolean holds(byte[] address) {
            if (address.length != prefix.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> (bit & 7);
                if ((address[bit >> 3] & mask) != (prefix[bit >> 3] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }

    private static final List<Block> SPECIAL = Arrays.stream(new String[] {
                "0.0.0.0/8",
                "10.0.0.0/8",
                "100.64.0.0/10",
                "127.0.0.0/8",
                "169.254.0.0/16",
                "172.16.0.0/12",
                "192.0.0.0/24",
                "192.0.2.0/24",
                "192.31.196.0/24",
                "192.52.193.0/24",
                "192.88.99.0/24",
                "192.168.0.0/16",
                "192.175.48.0/24",
                "198.18.0.0/15",
                "198.51.100.0/24",
                "203.0.113.0/24",
                // multicast, reserved, broadcast
                "224.0.0.0/3",
                // whatever carries an IPv4 address inside may lead anywhere: 4in6, NAT64, Teredo, 6to4
                "0:0:0:0:0:0:0:0/8",
                "64:ff9b:0:0:0:0:0:0/32",
                "2001:0:0:0:0:0:0:0/23",
                "2002:0:0:0:0:0:0:0/16",
                "100:0:0:0:0:0:0:0/64",
                "2001:db8:0:0:0:0:0:0/32",
                "3fff:0:0:0:0:0:0:0/20",
                "5f00:0:0:0:0:0:0:0/16",
                "fc00:0:0:0:0:0:0:0/6"
            })
            .map(PublicAddresses::block)
            .toList();

    private PublicAddresses() {}

    private static Block block(String text) {
        String[] parts = text.split("/");
        try {
            // a literal: nothing is looked up
            return new Block(InetAddress.getByName(parts[0]).getAddress(), Integer.parseInt(parts[1]));
        } catch (java.net.UnknownHostException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    /** An IPv4 address in IPv6's clothes is an IPv4 address to the JDK already. */
    static boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        boolean unicast = bytes.length == 4 || (bytes[0] & 0xE0) == 0x20;
        return unicast && SPECIAL.stream().noneMatch(block -> block.holds(bytes));
    }
}
