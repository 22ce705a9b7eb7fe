package org.platformforge.auth.domain;

import java.util.Arrays;
import org.bouncycastle.crypto.digests.Blake2bDigest;
import org.bouncycastle.util.Pack;

/**
 * Argon2id version 19 with one lane (RFC 9106), in memory that is used again. Bouncy Castle's generator takes 19,456 new
 * objects for each hash, and the collector's work on them is half as much again as the hash and stops everybody else,
 * dozens of times a second while many sign in. Its BLAKE2b is used here, and tests compare both. Used by one thread at a
 * time.
 */
final class Argon2id {
    private static final int VERSION = 0x13;
    private static final int TYPE = 2;
    private static final int WORDS = 128;
    private static final int BLOCK_BYTES = 1024;
    private static final int SLICES = 4;
    private static final int DIGEST = 64;
    private static final long LOW = 0xFFFFFFFFL;
    private static final long[] ZEROS = new long[WORDS];

    private final long[] mixed = new long[WORDS];
    private final long[] kept = new long[WORDS];
    private final long[] input = new long[WORDS];
    private final long[] addresses = new long[WORDS];
    private long[] memory = {};

    /** @param memoryKib at least 8 */
    byte[] hash(byte[] password, byte[] salt, int memoryKib, int iterations, int length) {
        int segment = memoryKib / SLICES;
        int blocks = segment * SLICES;
        if (memory.length != blocks * WORDS) {
            memory = new long[blocks * WORDS];
        }
        byte[] seed = seed(password, salt, memoryKib, iterations, length);
        for (int i = 0; i < 2; i++) {
            Pack.intToLittleEndian(i, seed, DIGEST);
            Pack.littleEndianToLong(digest(seed, BLOCK_BYTES), 0, memory, i * WORDS, WORDS);
        }
        for (int pass = 0; pass < iterations; pass++) {
            for (int slice = 0; slice < SLICES; slice++) {
                fill(pass, slice, segment, iterations);
            }
        }
        byte[] last = new byte[BLOCK_BYTES];
        Pack.longToLittleEndian(memory, (blocks - 1) * WORDS, WORDS, last, 0);
        return digest(last, length);
    }

    /** H0 with room for the two numbers that make a first block's seed of it. */
    private static byte[] seed(byte[] password, byte[] salt, int memoryKib, int iterations, int length) {
        Blake2bDigest digest = new Blake2bDigest(DIGEST * 8);
        for (int number : new int[] {1, length, memoryKib, iterations, VERSION, TYPE}) {
            update(digest, number);
        }
        for (byte[] text : new byte[][] {password, salt, {}, {}}) {
            update(digest, text.length);
            digest.update(text, 0, text.length);
        }
        byte[] seed = new byte[DIGEST + 2 * Integer.BYTES];
        digest.doFinal(seed, 0);
        return seed;
    }

    private static void update(Blake2bDigest digest, int number) {
        digest.update(Pack.intToLittleEndian(number), 0, Integer.BYTES);
    }

    /** H' of section 3.3. */
    private static byte[] digest(byte[] text, int length) {
        byte[] out = new byte[length];
        Blake2bDigest digest = new Blake2bDigest(Math.min(length, DIGEST) * 8);
        update(digest, length);
        digest.update(text, 0, text.length);
        digest.doFinal(out, 0);
        if (length <= DIGEST) {
            return out;
        }
        byte[] last = Arrays.copyOf(out, DIGEST);
        int done = DIGEST / 2;
        while (length - done > DIGEST) {
            last = blake2b(last, DIGEST);
            System.arraycopy(last, 0, out, done, DIGEST / 2);
            done += DIGEST / 2;
        }
        System.arraycopy(blake2b(last, length - done), 0, out, done, length - done);
        return out;
    }

    private static byte[] blake2b(byte[] text, int length) {
        byte[] out = new byte[length];
        Blake2bDigest digest = new Blake2bDigest(length * 8);
        digest.update(text, 0, text.length);
        digest.doFinal(out, 0);
        return out;
    }

    private void fill(int pass, int slice, int segment, int iterations) {
        int blocks = segment * SLICES;
        boolean independent = pass == 0 && slice < SLICES / 2;
        int first = pass == 0 && slice == 0 ? 2 : 0;
        if (independent) {
            Arrays.fill(input, 0);
            input[0] = pass;
            input[2] = slice;
            input[3] = blocks;
            input[4] = iterations;
            input[5] = TYPE;
            if (first > 0) {
                nextAddresses();
            }
        }
        for (int i = first; i < segment; i++) {
            int current = slice * segment + i;
            int previous = current == 0 ? blocks - 1 : current - 1;
            if (independent && i % WORDS == 0) {
                nextAddresses();
            }
            long random = independent ? addresses[i % WORDS] : memory[previous * WORDS];
            int other = reference(pass, slice, segment, i, random);
            compress(memory, previous * WORDS, memory, other * WORDS, memory, current * WORDS, pass > 0);
        }
    }

    private void nextAddresses() {
        input[6]++;
        compress(ZEROS, 0, input, 0, addresses, 0, false);
        compress(ZEROS, 0, addresses, 0, addresses, 0, false);
    }

    /** Which of the blocks that are there is mixed in (section 3.4). */
    private static int reference(int pass, int slice, int segment, int index, long random) {
        int blocks = segment * SLICES;
        int area = (pass == 0 ? slice * segment : blocks - segment) + index - 1;
        long position = random & LOW;
        position = position * position >>> 32;
        position = area - 1 - (area * position >>> 32);
        int start = pass == 0 || slice == SLICES - 1 ? 0 : (slice + 1) * segment;
        return (int) ((start + position) % blocks);
    }

    /** G of section 3.5. @param over whether the result is mixed with what was there */
    private void compress(long[] x, int xAt, long[] y, int yAt, long[] out, int outAt, boolean over) {
        for (int i = 0; i < WORDS; i++) {
            long word = x[xAt + i] ^ y[yAt + i];
            mixed[i] = word;
            kept[i] = over ? word ^ out[outAt + i] : word;
        }
        for (int i = 0; i < WORDS; i += 16) {
            permute(mixed, i, 2);
        }
        for (int i = 0; i < 16; i += 2) {
            permute(mixed, i, 16);
        }
        for (int i = 0; i < WORDS; i++) {
            out[outAt + i] = kept[i] ^ mixed[i];
        }
    }

    /** P of section 3.6 on eight pairs of words, {@code stride} apart. */
    private static void permute(long[] v, int at, int stride) {
        int p1 = at + stride;
        int p2 = p1 + stride;
        int p3 = p2 + stride;
        int p4 = p3 + stride;
        int p5 = p4 + stride;
        int p6 = p5 + stride;
        int p7 = p6 + stride;
        mix(v, at, p2, p4, p6);
        mix(v, at + 1, p2 + 1, p4 + 1, p6 + 1);
        mix(v, p1, p3, p5, p7);
        mix(v, p1 + 1, p3 + 1, p5 + 1, p7 + 1);
        mix(v, at, p2 + 1, p5, p7 + 1);
        mix(v, at + 1, p3, p5 + 1, p6);
        mix(v, p1, p3 + 1, p4, p6 + 1);
        mix(v, p1 + 1, p2, p4 + 1, p7);
    }

    private static void mix(long[] v, int ai, int bi, int ci, int di) {
        long a = v[ai];
        long b = v[bi];
        long c = v[ci];
        long d = v[di];
        a += b + 2 * (a & LOW) * (b & LOW);
        d = Long.rotateRight(d ^ a, 32);
        c += d + 2 * (c & LOW) * (d & LOW);
        b = Long.rotateRight(b ^ c, 24);
        a += b + 2 * (a & LOW) * (b & LOW);
        d = Long.rotateRight(d ^ a, 16);
        c += d + 2 * (c & LOW) * (d & LOW);
        b = Long.rotateRight(b ^ c, 63);
        v[ai] = a;
        v[bi] = b;
        v[ci] = c;
        v[di] = d;
    }
}
