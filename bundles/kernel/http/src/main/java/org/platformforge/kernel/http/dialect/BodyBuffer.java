package org.platformforge.kernel.http.dialect;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing byte array that lets an envelope touch what was written. For one thread. */
public final class BodyBuffer extends OutputStream {
    private byte[] bytes;
    private int size;

    public BodyBuffer(int initialCapacity) {
        bytes = new byte[initialCapacity];
    }

    @Override
    public void write(int value) {
        ensure(1);
        bytes[size++] = (byte) value;
    }

    @Override
    public void write(byte[] source) {
        write(source, 0, source.length);
    }

    @Override
    public void write(byte[] source, int offset, int length) {
        ensure(length);
        System.arraycopy(source, offset, bytes, size, length);
        size += length;
    }

    public int size() {
        return size;
    }

    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    byte byteAt(int index) {
        return bytes[index];
    }

    void replace(int index, char ascii) {
        bytes[index] = (byte) ascii;
    }

    void truncate(int newSize) {
        size = newSize;
    }

    void insert(int index, byte[] what) {
        ensure(what.length);
        System.arraycopy(bytes, index, bytes, index + what.length, size - index);
        System.arraycopy(what, 0, bytes, index, what.length);
        size += what.length;
    }

    /** Whether exactly this ASCII text stands from the index to the end. */
    boolean endsWithFrom(int index, String text) {
        byte[] expected = text.getBytes(StandardCharsets.US_ASCII);
        return Arrays.equals(bytes, index, size, expected, 0, expected.length);
    }

    private void ensure(int more) {
        int needed = Math.addExact(size, more);
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(needed, bytes.length + (bytes.length >> 1) + 16));
        }
    }
}
