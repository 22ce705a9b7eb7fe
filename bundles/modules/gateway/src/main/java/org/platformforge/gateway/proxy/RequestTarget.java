package org.platformforge.gateway.proxy;

import java.nio.charset.StandardCharsets;

/** What a client wrote as path and query, in a form that is a valid URI. */
final class RequestTarget {
    private static final String ALLOWED = "-._~:/?@!$&'()*+,;=";

    private RequestTarget() {}

    /** Leaves valid characters and escapes as they are and escapes everything else. */
    static String encode(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        StringBuilder encoded = new StringBuilder(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            char character = (char) (bytes[i] & 0xff);
            if (isPlain(character) || character == '%' && isHex(bytes, i + 1) && isHex(bytes, i + 2)) {
                encoded.append(character);
            } else {
                encoded.append(String.format("%%%02X", bytes[i] & 0xff));
            }
        }
        return encoded.toString();
    }

    private static boolean isPlain(char character) {
        return character >= 'a' && character <= 'z'
                || character >= 'A' && character <= 'Z'
                || character >= '0' && character <= '9'
                || ALLOWED.indexOf(character) >= 0;
    }

    private static boolean isHex(byte[] bytes, int at) {
        return at < bytes.length && bytes[at] > 0 && Character.digit((char) bytes[at], 16) >= 0;
    }
}
