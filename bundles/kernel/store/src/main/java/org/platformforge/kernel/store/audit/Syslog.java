package org.platformforge.kernel.store.audit;

import java.nio.file.Path;
import java.util.Locale;

/**
 * Where audit records are pushed to.
 *
 * @param host a name or an address, without brackets
 * @param certificates PEM file with the certificates that the receiver's must lead to, for {@code TLS}; null for those the
 *     JVM trusts
 * @param hostname what the messages say they come from
 */
public record Syslog(Transport transport, String host, int port, Path certificates, String hostname) {
    public enum Transport {
        /** RFC 5426: one datagram for each message. */
        UDP(514),
        /** RFC 6587, octet counting: each message with its length before it. */
        TCP(601),
        /** RFC 5425: the same over TLS. The receiver's certificate must be for its host. */
        TLS(6514);

        private final int usualPort;

        Transport(int usualPort) {
            this.usualPort = usualPort;
        }
    }

    /**
     * @param target {@code udp://host:514}, {@code tcp://host:601} or {@code tls://host:6514}; the port may be left out
     * @throws IllegalArgumentException for anything else
     */
    public static Syslog parse(String target, Path certificates, String hostname) {
        String[] parts = target.strip().split("://", 2);
        if (parts.length == 2 && parts[0].toLowerCase(Locale.ROOT).matches("udp|tcp|tls")) {
            Transport transport = Transport.valueOf(parts[0].toUpperCase(Locale.ROOT));
            int colon = parts[1].lastIndexOf(':');
            boolean withPort = colon > parts[1].lastIndexOf(']')
                    && parts[1].substring(colon + 1).matches("[0-9]{1,5}");
            String host = withPort ? parts[1].substring(0, colon) : parts[1];
            int port = withPort ? Integer.parseInt(parts[1].substring(colon + 1)) : transport.usualPort;
            if (host.matches("[A-Za-z0-9.:_\\[\\]-]+") && port > 0 && port <= 65535) {
                return new Syslog(transport, host.replaceAll("[\\[\\]]", ""), port, certificates, hostname);
            }
        }
        throw new IllegalArgumentException(target + " is none of udp://host:port, tcp://host:port and tls://host:port");
    }
}
