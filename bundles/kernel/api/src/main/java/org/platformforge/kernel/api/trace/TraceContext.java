package org.platformforge.kernel.api.trace;

import java.util.concurrent.ThreadLocalRandom;

/**
 * Where in a distributed trace something happens: W3C Trace Context, level 1. Ids are lower-case hexadecimal. Immutable.
 *
 * @param traceId 32 digits, not all zero
 * @param spanId 16 digits, not all zero: this platform's own part of the trace
 * @param parentId the caller's span; null where the trace begins here
 * @param sampled whether the caller records the trace; handed on as it came
 * @param state {@code tracestate} as it came, empty for none
 */
public record TraceContext(String traceId, String spanId, String parentId, boolean sampled, String state) {
    public static final String PARENT_HEADER = "traceparent";
    public static final String STATE_HEADER = "tracestate";

    private static final int LENGTH = 55;
    private static final int MOST = 512;
    private static final int TRACE = 3;
    private static final int TRACE_END = 35;
    private static final int SPAN = 36;
    private static final int SPAN_END = 52;
    private static final char[] DIGITS = "0123456789abcdef".toCharArray();

    /** Continues the trace of a request with a span of our own; begins one when the request has no valid header. */
    public static TraceContext of(String traceparent, String tracestate) {
        if (!isValid(traceparent)) {
            return new TraceContext(id() + id(), id(), null, false, "");
        }
        return new TraceContext(
                traceparent.substring(TRACE, TRACE_END),
                id(),
                traceparent.substring(SPAN, SPAN_END),
                (digit(traceparent.charAt(LENGTH - 1)) & 1) == 1,
                isHarmless(tracestate) ? tracestate : "");
    }

    /** Whether a {@code traceparent} is well-formed; later versions of the format may be longer. */
    public static boolean isValid(String traceparent) {
        if (traceparent == null || traceparent.length() < LENGTH || traceparent.length() > MOST) {
            return false;
        }
        boolean known = traceparent.startsWith("00");
        return (known ? traceparent.length() == LENGTH : isLater(traceparent))
                && isId(traceparent, TRACE, TRACE_END)
                && isId(traceparent, SPAN, SPAN_END)
                && traceparent.charAt(2) == '-'
                && traceparent.charAt(TRACE_END) == '-'
                && traceparent.charAt(SPAN_END) == '-'
                && digit(traceparent.charAt(SPAN_END + 1)) >= 0
                && digit(traceparent.charAt(SPAN_END + 2)) >= 0;
    }

    private static boolean isLater(String text) {
        boolean version = digit(text.charAt(0)) >= 0 && digit(text.charAt(1)) >= 0 && !text.startsWith("ff");
        return version && (text.length() == LENGTH || text.charAt(LENGTH) == '-');
    }

    private static boolean isId(String text, int from, int to) {
        boolean zero = true;
        for (int i = from; i < to; i++) {
            int digit = digit(text.charAt(i));
            if (digit < 0) {
                return false;
            }
            zero &= digit == 0;
        }
        return !zero;
    }

    /** Upper-case digits are not allowed. */
    private static int digit(char c) {
        return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    }

    private static boolean isHarmless(String state) {
        return state != null && state.length() <= MOST && state.chars().allMatch(c -> c >= ' ' && c <= '~');
    }

    /** The header for a request that this span makes. */
    public String traceparent() {
        return "00-" + traceId + '-' + spanId + (sampled ? "-01" : "-00");
    }

    private static String id() {
        long random = ThreadLocalRandom.current().nextLong();
        while (random == 0) {
            random = ThreadLocalRandom.current().nextLong();
        }
        char[] text = new char[16];
        for (int i = 15; i >= 0; i--) {
            text[i] = DIGITS[(int) (random & 15)];
            random >>>= 4;
        }
        return new String(text);
    }
}
