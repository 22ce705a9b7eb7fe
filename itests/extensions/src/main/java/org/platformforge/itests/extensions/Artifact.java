package org.platformforge.itests.extensions;

import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.util.HexFormat;
import org.platformforge.extension.verifier.Signatures;

/** What an author publishes. */
public record Artifact(String id, String version, byte[] bytes) {
    public String sha256() {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The detached signature, base64. */
    public String signature(PrivateKey key) {
        try {
            return Signatures.sign(key, id, version, sha256());
        } catch (InvalidKeyException e) {
            throw new IllegalStateException(e);
        }
    }
}
