package org.platformforge.kernel.store.json;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * JSON in its one canonical form (RFC 8785): keys in the order of their UTF-16 code units, no white space, the shortest
 * escapes. Whole numbers up to 2<sup>53</sup> are written as numbers; all others become their decimal text, as the RFC
 * advises for numbers that a double does not hold, so that no reader has to agree on the form of a fraction. Halves of
 * surrogate pairs, which UTF-8 cannot hold, become U+FFFD.
 */
public final class CanonicalJson {
    private static final BigInteger LARGEST = BigInteger.TWO.pow(53).subtract(BigInteger.ONE);

    private CanonicalJson() {}

    /** @param value of the JDK's own JSON-compatible types, as {@link JsonText} makes them */
    public static String write(Object value) {
        StringBuilder out = new StringBuilder(256);
        append(out, value);
        return out.toString();
    }

    static void append(StringBuilder out, Object value) {
        if (value == null || value instanceof Boolean) {
            out.append(value);
        } else if (value instanceof Number number) {
            number(out, number);
        } else if (value instanceof Map<?, ?> map) {
            object(out, map);
        } else if (value instanceof Collection<?> collection) {
            char separator = '[';
            for (Object element : collection) {
                append(out.append(separator), element);
                separator = ',';
            }
            out.append(collection.isEmpty() ? "[]" : "]");
        } else {
            string(out, value.toString());
        }
    }

    private static void object(StringBuilder out, Map<?, ?> map) {
        Map<String, Object> sorted = new TreeMap<>(); // String.compareTo compares UTF-16 code units
        map.forEach((key, element) -> sorted.put(key.toString(), element));
        char separator = '{';
        for (Map.Entry<String, Object> entry : sorted.entrySet()) {
            string(out.append(separator), entry.getKey());
            append(out.append(':'), entry.getValue());
            separator = ',';
        }
        out.append(sorted.isEmpty() ? "{}" : "}");
    }

    private static void number(StringBuilder out, Number number) {
        boolean unfit =
                number instanceof Double d && !Double.isFinite(d) || number instanceof Float f && !Float.isFinite(f);
        if (unfit) {
            string(out, number.toString());
            return;
        }
        BigDecimal exact = new BigDecimal(number.toString()).stripTrailingZeros();
        if (exact.scale() <= 0
                && exact.precision() - exact.scale() <= LARGEST.toString().length()) {
            BigInteger whole = exact.toBigIntegerExact();
            if (whole.abs().compareTo(LARGEST) <= 0) {
                out.append(whole);
                return;
            }
        }
        string(out, number.toString());
    }

    /** Appends a string as a JSON string; null as {@code null}. */
    public static void string(StringBuilder out, String text) {
        if (text == null) {
            out.append("null");
            return;
        }
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                boolean pair = Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (pair) {
                    out.append(c).append(text.charAt(++i));
                } else {
                    out.append('\uFFFD');
                }
            } else {
                character(out, c);
            }
        }
        out.append('"');
    }

    private static void character(StringBuilder out, char c) {
        switch (c) {
            case '"' -> out.append("\\\"");
            case '\\' -> out.append("\\\\");
            case '\b' -> out.append("\\b");
            case '\t' -> out.append("\\t");
            case '\n' -> out.append("\\n");
            case '\f' -> out.append("\\f");
            case '\r' -> out.append("\\r");
            default -> {
                if (c < 0x20) {
                    out.append("\\u00").append(HexFormat.of().toHexDigits((byte) c));
                } else {
                    out.append(c);
                }
            }
        }
    }
}
