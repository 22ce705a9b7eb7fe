package org.platformforge.infrastructure.backup;

import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * Reads a file of {@link Chunks}: nothing comes out of it that was not authenticated, and every chunk's digest is compared
 * first, so that what is broken is named. Used by one thread.
 */
final class SealedInput extends InputStream {
    private final InputStream in;
    private final List<String> digests;
    private final Chunks chunks;
    private final MessageDigest whole = Digests.sha256();
    private final byte[] sealed = new byte[Chunks.SIZE + Chunks.TAG];
    private byte[] plain = new byte[0];
    private int at;
    private int number;

    /**
     * @param digests of the chunks, from the manifest
     * @throws CorruptBackupException when it is no such file
     */
    SealedInput(InputStream in, byte[] key, String context, List<String> digests) throws IOException {
        this.in = in;
        this.digests = digests;
        byte[] header = in.readNBytes(Chunks.HEADER);
        if (header.length < Chunks.HEADER || !Arrays.equals(Chunks.MAGIC, Arrays.copyOf(header, Chunks.MAGIC.length))) {
            throw new CorruptBackupException("The file does not begin as a backup does");
        }
        whole.update(header);
        this.chunks = new Chunks(key, Arrays.copyOfRange(header, Chunks.MAGIC.length, Chunks.HEADER), context);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        while (at == plain.length) {
            if (number == digests.size()) {
                end();
                return -1;
            }
            next();
        }
        int part = Math.min(length, plain.length - at);
        System.arraycopy(plain, at, target, offset, part);
        at += part;
        return part;
    }

    private void next() throws IOException {
        int length = in.readNBytes(sealed, 0, sealed.length);
        String place = place(length);
        if (length == 0) {
            throw new CorruptBackupException(place + " is missing: the file was cut off");
        }
        boolean last = number == digests.size() - 1;
        whole.update(sealed, 0, length);
        MessageDigest digest = Digests.sha256();
        digest.update(sealed, 0, length);
        if (!HexFormat.of().formatHex(digest.digest()).equals(digests.get(number))) {
            throw new CorruptBackupException(
                    place + " is not what was written: its SHA-256 differs from the manifest's");
        }
        try {
            plain = chunks.open(number, last, sealed, length);
        } catch (GeneralSecurityException e) {
            throw new CorruptBackupException(
                    place + " cannot be decrypted: it is not authentic, or the key is another one");
        }
        at = 0;
        number++;
    }

    private String place(int length) {
        long from = Chunks.HEADER + (long) number * sealed.length;
        return "Chunk " + (number + 1) + " of " + digests.size() + " (bytes " + from + " to "
                + (from + Math.max(1, length) - 1) + ")";
    }

    private void end() throws IOException {
        if (in.read() >= 0) {
            throw new CorruptBackupException("The file goes on after its last chunk, number " + digests.size());
        }
    }

    /** Of the whole file; known when all of it was read. */
    String digest() {
        return HexFormat.of().formatHex(whole.digest());
    }
}
