package org.platformforge.kernel.security.console;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Optional;

/** Public keys in the wire form of SSH (RFC 4253, 5656, 8709), for comparison. */
final class OpenSshKeys {
    private static final int ED25519_X509 = 44;
    private static final int ED25519 = 32;

    private OpenSshKeys() {}

    /** Empty for kinds of keys that are not compared. */
    static Optional<byte[]> encode(PublicKey key) {
        if (key instanceof RSAPublicKey rsa) {
            return Optional.of(concat(
                    text("ssh-rsa"),
                    rsa.getPublicExponent().toByteArray(),
                    rsa.getModulus().toByteArray()));
        }
        if (key instanceof ECPublicKey ec) {
            int bits = ec.getParams().getCurve().getField().getFieldSize();
            String curve = "nistp" + bits;
            return Optional.of(concat(text("ecdsa-sha2-" + curve), text(curve), point(ec, (bits + 7) / 8)));
        }
        byte[] encoded = key.getEncoded();
        boolean edwards =
                key.getAlgorithm().equals("EdDSA") || key.getAlgorithm().equals("Ed25519");
        if (edwards && encoded != null && encoded.length == ED25519_X509) {
            byte[] raw = Arrays.copyOfRange(encoded, ED25519_X509 - ED25519, ED25519_X509);
            return Optional.of(concat(text("ssh-ed25519"), raw));
        }
        return Optional.empty();
    }

    private static byte[] point(ECPublicKey key, int width) {
        byte[] point = new byte[1 + 2 * width];
        point[0] = 4; // uncompressed
        put(key.getW().getAffineX(), point, 1, width);
        put(key.getW().getAffineY(), point, 1 + width, width);
        return point;
    }

    private static void put(BigInteger number, byte[] target, int at, int width) {
        byte[] bytes = number.toByteArray();
        int length = Math.min(bytes.length, width);
        System.arraycopy(bytes, bytes.length - length, target, at + width - length, length);
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            bytes.writeBytes(
                    ByteBuffer.allocate(Integer.BYTES).putInt(part.length).array());
            bytes.writeBytes(part);
        }
        return bytes.toByteArray();
    }
}
