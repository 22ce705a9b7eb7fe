package org.platformforge.marketplace.domain;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/** Ed25519 signatures of releases, bound to id, version and content. Stateless. */
final class Signatures {
    private static final String ALGORITHM = "Ed25519";
    private static final String BEGIN = "-----BEGIN PUBLIC KEY-----";
    private static final String END = "-----END PUBLIC KEY-----";

    private Signatures() {}

    /** What is signed: a signature of one version says nothing about another. */
    static byte[] statement(String extensionId, String version, String sha256) {
        return ("platform-forge-extension-v1\n" + extensionId + "\n" + version + "\n" + sha256 + "\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** @return the DER form; empty when the text is not an Ed25519 key in X.509 SPKI PEM */
    static Optional<byte[]> parseKey(String pem) {
        String text = pem.strip();
        if (!text.startsWith(BEGIN) || !text.endsWith(END)) {
            return Optional.empty();
        }
        try {
            byte[] der = Base64.getMimeDecoder()
                    .decode(text.substring(BEGIN.length(), text.length() - END.length()));
            return Optional.of(key(der).getEncoded());
        } catch (IllegalArgumentException | GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    static String pem(byte[] der) {
        return BEGIN + "\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                + "\n" + END + "\n";
    }

    static String fingerprint(byte[] der) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(der));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("SHA-256 is missing", e);
        }
    }

    static boolean verifies(PublisherKey key, byte[] statement, String signature) {
        try {
            Signature check = Signature.getInstance(ALGORITHM);
            check.initVerify(key(parseKey(key.publicKey()).orElseThrow()));
            check.update(statement);
            return check.verify(Base64.getDecoder().decode(signature));
        } catch (IllegalArgumentException | GeneralSecurityException e) {
            return false;
        }
    }

    private static PublicKey key(byte[] der) throws GeneralSecurityException {
        return KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(der));
    }
}
