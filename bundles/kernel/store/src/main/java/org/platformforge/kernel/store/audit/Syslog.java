package org.platformforge.kernel.store.audit;

import java.util.Locale;

/**
 * Where audit records are pushed to.
 *
 * @param transport {@code UDP} (RFC 5426: one datagram each) or {@code TCP} (RFC 6587: each with its length before it)
 * @param hostname what the messages say they come from
 */
public record Syslog(Transport transport, String host, int port, String hostname) {
    public enum Transport {
        UDP,
        TCP
    }

    /**
     * @param target {@code udp://host:514} or {@code tcp://host:601}; the port may be left out
     * @throws IllegalArgumentException for anything else
     */
    public static Syslog parse(String target, String hostname) {
        String[] parts = target.strip().split("://", 2);
        if (parts.length == 2 && parts[0].toLowerCase(Locale.ROOT).matches("udp|tcp")) {
            Transport transport = Transport.valueOf(parts[0].toUpperCase(Locale.ROOT));
            int colon = parts[1].lastIndexOf(':');
            boolean withPort = colon > parts[1].lastIndexOf(']')
                    && parts[1].substring(colon + 1).matches("[0-9]{1,5}");
            String host = withPort ? parts[1].substring(0, colon) : parts[1];
            int port =
                    withPort ? Integer.parseInt(parts[1].substring(colon + 1)) : transport == Transport.UDP ? 514 : 601;
            if (host.matches("[A-Za-z0-9.:_\\[\\]-]+") && port > 0 && port <= 65535) {
                return new Syslog(transport, host.replaceAll("[\\[\\]]", ""), port, hostname);
            }
        }
        throw new IllegalArgumentException(target + " is neither udp://host:port nor tcp://host:port");
    }
}
