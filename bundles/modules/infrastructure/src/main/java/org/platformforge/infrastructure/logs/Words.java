package org.platformforge.infrastructure.logs;

import java.util.Arrays;
import java.util.function.LongConsumer;

/** The words of a text: runs of letters, digits and underscores, as 64-bit hashes of their lower case (FNV-1a). Stateless. */
final class Words {
    private static final long BASIS = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;

    private Words() {}

    static boolean isPart(char c) {
        return c < 128
                ? c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c == '_'
                : Character.isLetterOrDigit(c);
    }

    static void of(String text, LongConsumer each) {
        if (text == null) {
            return;
        }
        long hash = BASIS;
        boolean in = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isPart(c)) {
                hash = (hash ^ lower(c)) * PRIME;
                in = true;
            } else if (in) {
                each.accept(hash);
                hash = BASIS;
                in = false;
            }
        }
        if (in) {
            each.accept(hash);
        }
    }

    /** As {@link String#regionMatches} compares when it ignores case. */
    static char lower(char c) {
        return c < 128 ? (c >= 'A' && c <= 'Z' ? (char) (c + 32) : c) : Character.toLowerCase(Character.toUpperCase(c));
    }

    /** Distinct hashes of a block. Used by one thread. */
    static final class Distinct implements LongConsumer {
        private static final int SMALL = 256;
        private static final int LARGE = 16_384;

        private long[] table = new long[SMALL];
        private int size;

        @Override
        public void accept(long hash) {
            if (put(table, hash == 0 ? 1 : hash) && ++size * 2 > table.length) {
                long[] larger = new long[table.length * 2];
                for (long known : table) {
                    if (known != 0) {
                        put(larger, known);
                    }
                }
                table = larger;
            }
        }

        private static boolean put(long[] into, long hash) {
            int slot = (int) (hash ^ hash >>> 32) & into.length - 1;
            while (into[slot] != 0) {
                if (into[slot] == hash) {
                    return false;
                }
                slot = slot + 1 & into.length - 1;
            }
            into[slot] = hash;
            return true;
        }

        /** The bits of a Bloom filter, ten for each word and four set: one word in about 85 seems to be there and is not. */
        byte[] filter() {
            byte[] bits = new byte[Math.max(8, (size * 10 + 7) / 8)];
            for (long hash : table) {
                if (hash != 0) {
                    for (int i = 0; i < 4; i++) {
                        int bit = bit(hash, i, bits.length);
                        bits[bit >> 3] |= (byte) (1 << (bit & 7));
                    }
                }
            }
            return bits;
        }

        void clear() {
            if (table.length > LARGE) {
                table = new long[SMALL];
            } else {
                Arrays.fill(table, 0);
            }
            size = 0;
        }
    }

    private static int bit(long hash, int i, int bytes) {
        long mixed = (hash ^ hash >>> 29) * 0xbf58476d1ce4e5b9L;
        return (int) Long.remainderUnsigned(hash + i * (mixed | 1), bytes * 8L);
    }

    /** @return false when the word is certainly not among those of the filter */
    static boolean mayHave(byte[] filter, long word) {
        long hash = word == 0 ? 1 : word;
        for (int i = 0; i < 4; i++) {
            int bit = bit(hash, i, filter.length);
            if ((filter[bit >> 3] & 1 << (bit & 7)) == 0) {
                return false;
            }
        }
        return true;
    }
}
