package org.platformforge.kernel.http.config;

import java.net.InetAddress;

/**
 * What a trusted proxy says of a request's client.
 *
 * @param scheme {@code http} or {@code https}; null when it does not say
 * @param host with the port where there is one; null when it does not say
 */
public record Forwarded(InetAddress address, String scheme, String host) {}
