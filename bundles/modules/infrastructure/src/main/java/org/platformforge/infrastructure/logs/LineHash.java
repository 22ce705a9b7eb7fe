package org.platformforge.infrastructure.logs;

import java.util.Base64;

/** A line as 64 bits, to be known again. Stateless. */
final class LineHash {
    private LineHash() {}

    static String of(String line) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < line.length(); i++) {
            hash = (hash ^ line.charAt(i)) * 0x100000001b3L;
        }
        byte[] bytes = new byte[8];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (hash >>> 8 * i);
        }
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
