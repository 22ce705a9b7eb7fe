package org.platformforge.kernel.license.document;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Base64;
import java.util.HashSet;
import java.util.Set;

/**
 * A licence file: {@code {"license": {…}, "signature": {"algorithm": "Ed25519", "key_id": "…", "value": "<base64>"}}}. The
 * signature (RFC 8032) is over the canonical bytes of the member {@code license} and stands beside it, so that a file may be
 * reformatted and still counts. See {@link CanonicalJson}.
 */
public final class SignedLicense {
    /** Longest licence file in bytes. */
    public static final int MAX_BYTES = 64 << 10;

    static final String ALGORITHM = "Ed25519";

    private final byte[] content;
    private final License license;
    private final String keyId;
    private final byte[] signature;

    private SignedLicense(byte[] content, License license, String keyId, byte[] signature) {
        this.content = content;
        this.license = license;
        this.keyId = keyId;
        this.signature = signature;
    }

    /**
     * Reads without trusting it.
     *
     * @throws LicenseException {@code CORRUPTED} or {@code UNSUPPORTED_FORMAT}
     */
    public static SignedLicense read(byte[] file) throws LicenseException {
        if (file.length > MAX_BYTES) {
            throw new LicenseException(LicenseFlaw.CORRUPTED, "It is longer than a licence can be");
        }
        JsonNode envelope;
        try {
            envelope = CanonicalJson.read(file);
        } catch (IOException e) {
            throw new LicenseException(LicenseFlaw.CORRUPTED, "It is not the JSON of a licence");
        }
        JsonNode signature = envelope.path("signature");
        String keyId = signature.path("key_id").asText("");
        if (!envelope.path("license").isObject()
                || !members(envelope).equals(Set.of("license", "signature"))
                || !members(signature).equals(Set.of("algorithm", "key_id", "value"))
                || keyId.isEmpty()) {
            throw new LicenseException(LicenseFlaw.CORRUPTED, "It has no member license or no complete signature");
        }
        if (!ALGORITHM.equals(signature.path("algorithm").asText())) {
            throw new LicenseException(
                    LicenseFlaw.UNSUPPORTED_FORMAT, "Licences are signed with " + ALGORITHM + " and nothing else");
        }
        try {
            return new SignedLicense(
                    CanonicalJson.bytes(envelope.get("license")),
                    LicenseJson.read(envelope.get("license")),
                    keyId,
                    Base64.getDecoder().decode(signature.path("value").asText()));
        } catch (IllegalArgumentException e) {
            throw new LicenseException(LicenseFlaw.CORRUPTED, "It is no licence: " + e.getMessage());
        }
    }

    /**
     * Makes a licence file.
     *
     * @param terms the member {@code license} as JSON; what is missing of {@code format}, {@code id} and {@code issued_at}
     *     has been put in
     */
    static byte[] sign(JsonNode terms, String keyId, PrivateKey key) throws GeneralSecurityException {
        Signature signer = Signature.getInstance(ALGORITHM);
        signer.initSign(key);
        signer.update(CanonicalJson.bytes(terms));
        ObjectNode signature = JsonNodeFactory.instance
                .objectNode()
                .put("algorithm", ALGORITHM)
                .put("key_id", keyId)
                .put("value", Base64.getEncoder().encodeToString(signer.sign()));
        ObjectNode envelope = JsonNodeFactory.instance.objectNode();
        envelope.set("license", terms);
        envelope.set("signature", signature);
        return (envelope.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** @throws LicenseException {@code UNKNOWN_KEY} or {@code BAD_SIGNATURE} */
    public License verified(LicenseKeys keys) throws LicenseException {
        PublicKey key = keys.find(keyId)
                .orElseThrow(() -> new LicenseException(
                        LicenseFlaw.UNKNOWN_KEY, "It is signed with the key " + keyId + ", which is not trusted here"));
        try {
            Signature verifier = Signature.getInstance(ALGORITHM);
            verifier.initVerify(key);
            verifier.update(content);
            if (verifier.verify(signature)) {
                return license;
            }
        } catch (GeneralSecurityException e) {
            // a signature of the wrong length is a wrong signature
        }
        throw new LicenseException(
                LicenseFlaw.BAD_SIGNATURE, "Its signature does not fit: it was changed, or is not of the key " + keyId);
    }

    /** Not to be trusted before {@link #verified}. */
    public License license() {
        return license;
    }

    public String keyId() {
        return keyId;
    }

    private static Set<String> members(JsonNode object) {
        Set<String> names = new HashSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
