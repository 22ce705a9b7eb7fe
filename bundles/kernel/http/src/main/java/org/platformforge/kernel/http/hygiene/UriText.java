package org.platformforge.kernel.http.hygiene;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Finds what is wrong with a raw path or query, before anybody decodes it in a way of their own. */
final class UriText {
    private UriText() {}

    /** @return what is wrong, null when nothing is */
    static String problemOfPath(String raw) {
        if (raw.indexOf(';') >= 0) {
            return "The path must not hold parameters";
        }
        if (raw.indexOf('%') < 0) {
            return plainPathProblem(raw);
        }
        for (String segment : raw.split("/", -1)) {
            String decoded = decode(segment);
            if (decoded == null) {
                return "The path is not properly percent-encoded UTF-8";
            }
            if (decoded.indexOf('/') >= 0 || decoded.indexOf('\\') >= 0) {
                return "A path segment must not hold a slash";
            }
            if (decoded.equals(".") || decoded.equals("..")) {
                return "The path must not hold dot segments";
            }
            if (hasControl(decoded)) {
                return "The path must not hold control characters";
            }
        }
        return null;
    }

    /** @return what is wrong, null when nothing is */
    static String problemOfQuery(String raw) {
        if (hasControl(raw) || hasNonAscii(raw)) {
            return "The query must be percent-encoded";
        }
        if (raw.indexOf('%') < 0) {
            return null;
        }
        String decoded = decode(raw);
        if (decoded == null) {
            return "The query is not properly percent-encoded UTF-8";
        }
        return decoded.indexOf('\0') >= 0 ? "The query must not hold a null character" : null;
    }

    private static String plainPathProblem(String raw) {
        if (hasControl(raw) || hasNonAscii(raw)) {
            return "The path must be percent-encoded";
        }
        if (raw.indexOf('\\') >= 0) {
            return "A path segment must not hold a slash";
        }
        boolean dots = raw.contains("/./") || raw.contains("/../") || raw.endsWith("/.") || raw.endsWith("/..");
        return dots ? "The path must not hold dot segments" : null;
    }

    /** Strict: every % is followed by two hex digits and the bytes are UTF-8; null otherwise. */
    private static String decode(String raw) {
        byte[] bytes = new byte[raw.length()];
        int size = 0;
        for (int i = 0; i < raw.length(); i++) {
            char current = raw.charAt(i);
            if (current >= 0x80) {
                return null;
            }
            if (current == '%') {
                if (i + 2 >= raw.length()) {
                    return null;
                }
                int high = Character.digit(raw.charAt(i + 1), 16);
                int low = Character.digit(raw.charAt(i + 2), 16);
                if (high < 0 || low < 0) {
                    return null;
                }
                bytes[size++] = (byte) (high << 4 | low);
                i += 2;
            } else {
                bytes[size++] = (byte) current;
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, size))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    private static boolean hasControl(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x20 || c == 0x7F) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasNonAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return true;
            }
        }
        return false;
    }
}
