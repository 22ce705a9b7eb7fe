package org.platformforge.kernel.license.document;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The vendor's public keys by their ids. Several count at once, so that one can take another's place. Immutable. */
public final class LicenseKeys {
    private static final int ID_BYTES = 8;

    private final Map<String, PublicKey> keys;

    /** @param pems public keys, each {@code -----BEGIN PUBLIC KEY-----} */
    public LicenseKeys(Iterable<String> pems) throws GeneralSecurityException {
        Map<String, PublicKey> read = new TreeMap<>();
        for (String pem : pems) {
            PublicKey key = KeyFactory.getInstance(SignedLicense.ALGORITHM)
                    .generatePublic(new X509EncodedKeySpec(decode(pem, "PUBLIC KEY")));
            read.put(id(key), key);
        }
        keys = Map.copyOf(read);
    }

    /** The id of a key: the first 16 hexadecimal digits of the SHA-256 of its encoding. */
    public static String id(PublicKey key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
            return HexFormat.of().formatHex(digest, 0, ID_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    Optional<PublicKey> find(String id) {
        return Optional.ofNullable(keys.get(id));
    }

    /** The id of the only key. */
    String only() {
        return keys.keySet().iterator().next();
    }

    static PrivateKey privateKey(String pem) throws GeneralSecurityException {
        return KeyFactory.getInstance(SignedLicense.ALGORITHM)
                .generatePrivate(new PKCS8EncodedKeySpec(decode(pem, "PRIVATE KEY")));
    }

    static String encode(String what, byte[] key) {
        return "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key) + "\n-----END " + what + "-----\n";
    }

    private static byte[] decode(String pem, String what) throws GeneralSecurityException {
        String begin = "-----BEGIN " + what + "-----";
        int from = pem.indexOf(begin);
        int to = pem.indexOf("-----END " + what + "-----");
        if (from < 0 || to < from) {
            throw new GeneralSecurityException("There is no " + begin + " in it");
        }
        try {
            return Base64.getMimeDecoder().decode(pem.substring(from + begin.length(), to));
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("It is no base64", e);
        }
    }
}
