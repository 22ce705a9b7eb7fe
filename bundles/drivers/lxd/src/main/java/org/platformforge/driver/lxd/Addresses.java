package org.platformforge.driver.lxd;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import org.platformforge.driver.common.CommaList;

/**
 * Where instances answer. Who is root in an instance can give it any address, so that only those are believed which lie in
 * the networks the operator names, or, where none is named, could belong to an instance at all. Stateless.
 */
final class Addresses {
    private Addresses() {}

    /** @param state of an instance, as the server tells it */
    static Optional<String> of(JsonNode state, LxdConfig config) {
        return Instance.addresses(state).stream()
                .filter(address -> isBelieved(address, config.networks()))
                .findFirst();
    }

    static boolean isBelieved(String literal, String... networks) {
        try {
            List<String> named = CommaList.of(networks);
            InetAddress address = InetAddress.getByName(literal); // a literal: no name server is asked
            if (!named.isEmpty()) {
                return named.stream().anyMatch(network -> contains(network, address));
            }
            return !address.isLoopbackAddress()
                    && !address.isLinkLocalAddress()
                    && !address.isAnyLocalAddress()
                    && !address.isMulticastAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static boolean contains(String network, InetAddress address) {
        String[] parts = network.split("/", 2);
        if (!parts[0].matches("[0-9A-Fa-f]+[.:][0-9A-Fa-f.:]+")) {
            return false;
        }
        try {
            byte[] base = InetAddress.getByName(parts[0]).getAddress();
            byte[] other = address.getAddress();
            int bits = parts.length == 2 ? Integer.parseInt(parts[1]) : base.length * Byte.SIZE;
            int rest = base.length * Byte.SIZE - bits;
            return base.length == other.length
                    && rest >= 0
                    && new BigInteger(1, base).shiftRight(rest).equals(new BigInteger(1, other).shiftRight(rest));
        } catch (UnknownHostException | NumberFormatException e) {
            return false;
        }
    }
}
