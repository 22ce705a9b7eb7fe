package org.platformforge.infrastructure.logs;

import java.util.stream.LongStream;

/** Whole words that stand next to each other. Immutable. */
public final class Phrase {
    private final String text;
    private final long[] words;

    private Phrase(String text, long[] words) {
        this.text = text;
        this.words = words;
    }

    /** @return null for a text without a word */
    public static Phrase of(String text) {
        LongStream.Builder words = LongStream.builder();
        Words.of(text, words);
        long[] distinct = words.build().distinct().toArray();
        return distinct.length == 0 ? null : new Phrase(text.strip(), distinct);
    }

    /** @return false when the text is certainly not in the block with this filter */
    boolean mayBeIn(byte[] filter) {
        for (long word : words) {
            if (!Words.mayHave(filter, word)) {
                return false;
            }
        }
        return true;
    }

    boolean in(LogEntry entry) {
        return in(entry.message()) || in(entry.stackTrace()) || in(entry.requestId());
    }

    boolean in(String where) {
        if (where == null) {
            return false;
        }
        char first = Words.lower(text.charAt(0));
        int length = text.length();
        for (int at = 0; at <= where.length() - length; at++) {
            if (Words.lower(where.charAt(at)) == first
                    && where.regionMatches(true, at, text, 0, length)
                    && edge(where, at - 1, text.charAt(0))
                    && edge(where, at + length, text.charAt(length - 1))) {
                return true;
            }
        }
        return false;
    }

    private static boolean edge(String where, int beside, char end) {
        return !Words.isPart(end) || beside < 0 || beside >= where.length() || !Words.isPart(where.charAt(beside));
    }

    @Override
    public String toString() {
        return text;
    }
}
