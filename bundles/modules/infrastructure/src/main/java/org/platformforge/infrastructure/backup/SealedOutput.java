package org.platformforge.infrastructure.backup;

import java.io.IOException;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Writes a file of {@link Chunks}, and keeps their digests. {@link #finish} makes it whole. Used by one thread. */
final class SealedOutput extends OutputStream {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final OutputStream out;
    private final Chunks chunks;
    private final MessageDigest whole = Digests.sha256();
    private final List<String> digests = new ArrayList<>();
    private final byte[] buffer = new byte[Chunks.SIZE];
    private int filled;
    private long size;

    SealedOutput(OutputStream out, byte[] key, String context) throws IOException {
        this.out = out;
        byte[] prefix = new byte[Chunks.PREFIX];
        RANDOM.nextBytes(prefix);
        this.chunks = new Chunks(key, prefix, context);
        raw(Chunks.MAGIC);
        raw(prefix);
    }

    private void raw(byte[] bytes) throws IOException {
        out.write(bytes);
        whole.update(bytes);
        size += bytes.length;
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int from = offset;
        int left = length;
        while (left > 0) {
            if (filled == buffer.length) {
                seal(false); // only now it is known not to be the last
            }
            int part = Math.min(left, buffer.length - filled);
            System.arraycopy(bytes, from, buffer, filled, part);
            filled += part;
            from += part;
            left -= part;
        }
    }

    private void seal(boolean last) throws IOException {
        try {
            byte[] sealed = chunks.seal(digests.size(), last, buffer, filled);
            raw(sealed);
            digests.add(HexFormat.of().formatHex(Digests.sha256().digest(sealed)));
            filled = 0;
        } catch (GeneralSecurityException e) {
            throw new IOException("AES-GCM is not available", e);
        }
    }

    /** Writes the last chunk; nothing may be written afterwards. */
    void finish() throws IOException {
        seal(true);
        out.flush();
    }

    /** Of every chunk as it is in the file. */
    List<String> digests() {
        return List.copyOf(digests);
    }

    String digest() {
        return HexFormat.of().formatHex(whole.digest());
    }

    long size() {
        return size;
    }
}
