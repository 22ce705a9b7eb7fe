package org.platformforge.infrastructure.backup;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256-GCM over a stream in chunks, after the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015): the nonce of a
 * chunk is a prefix of the file, its number and whether it is the last. So no chunk can be changed, moved, left out, added or
 * taken from another backup, and the end cannot be cut off. Used by one thread.
 *
 * <p>File: {@code PFB1}, 7 bytes of prefix, then the chunks: {@value #SIZE} bytes each (the last one fewer), followed by 16
 * bytes of authentication.
 */
final class Chunks {
    static final int SIZE = 1 << 20;
    static final int TAG = 16;
    static final int PREFIX = 7;
    static final byte[] MAGIC = "PFB1".getBytes(StandardCharsets.US_ASCII);
    static final int HEADER = MAGIC.length + PREFIX;

    private final SecretKeySpec key;
    private final byte[] prefix;
    private final byte[] context;

    /** @param context what the chunks belong to, the id of the backup */
    Chunks(byte[] key, byte[] prefix, String context) {
        this.key = new SecretKeySpec(key, "AES");
        this.prefix = prefix.clone();
        this.context = context.getBytes(StandardCharsets.UTF_8);
    }

    byte[] seal(int number, boolean last, byte[] plain, int length) throws GeneralSecurityException {
        return cipher(Cipher.ENCRYPT_MODE, number, last).doFinal(plain, 0, length);
    }

    /** @throws GeneralSecurityException when it is not what was sealed with this key, number and place */
    byte[] open(int number, boolean last, byte[] sealed, int length) throws GeneralSecurityException {
        return cipher(Cipher.DECRYPT_MODE, number, last).doFinal(sealed, 0, length);
    }

    private Cipher cipher(int mode, int number, boolean last) throws GeneralSecurityException {
        byte[] nonce = ByteBuffer.allocate(PREFIX + Integer.BYTES + 1)
                .put(prefix)
                .putInt(number)
                .put((byte) (last ? 1 : 0))
                .array();
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG * Byte.SIZE, nonce));
        cipher.updateAAD(context);
        return cipher;
    }
}
