package org.platformforge.kernel.license.document;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** What the vendor does: make keys and licences. */
public final class LicenseSigner {
    private static final SecureRandom RANDOM = new SecureRandom();

    private LicenseSigner() {}

    /**
     * A pair of keys.
     *
     * @param id as licences name it
     * @param publicPem for the platform
     * @param privatePem for nobody but the vendor
     */
    public record Pair(String id, String publicPem, String privatePem) {}

    public static Pair generate() throws GeneralSecurityException {
        KeyPair pair = KeyPairGenerator.getInstance(SignedLicense.ALGORITHM).generateKeyPair();
        return new Pair(
                LicenseKeys.id(pair.getPublic()),
                LicenseKeys.encode("PUBLIC KEY", pair.getPublic().getEncoded()),
                LicenseKeys.encode("PRIVATE KEY", pair.getPrivate().getEncoded()));
    }

    /**
     * Makes a licence file and reads it as a platform would.
     *
     * @param terms JSON of the licence; {@code format}, {@code id}, {@code issued_at}, {@code not_before}, {@code
     *     grace_days} and {@code limits} may be missing
     * @throws LicenseException when the terms make no licence
     */
    public static byte[] sign(byte[] terms, String publicPem, String privatePem)
            throws LicenseException, GeneralSecurityException {
        JsonNode json;
        try {
            json = CanonicalJson.read(terms);
        } catch (IOException e) {
            throw new LicenseException(LicenseFlaw.CORRUPTED, "The terms are no JSON: " + e.getMessage());
        }
        if (!(json instanceof ObjectNode license)) {
            throw new LicenseException(LicenseFlaw.CORRUPTED, "The terms must be a JSON object");
        }
        complete(license);
        PrivateKey key = LicenseKeys.privateKey(privatePem);
        LicenseKeys keys = new LicenseKeys(List.of(publicPem));
        byte[] signed = SignedLicense.sign(license, keys.only(), key);
        SignedLicense.read(signed).verified(keys);
        return signed;
    }

    private static void complete(ObjectNode license) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        putIfMissing(license, "issued_at", now.toString());
        putIfMissing(license, "not_before", license.get("issued_at").asText());
        putIfMissing(license, "id", "lic_" + Long.toUnsignedString(RANDOM.nextLong(), Character.MAX_RADIX));
        if (!license.has("format")) {
            license.put("format", LicenseJson.FORMAT);
        }
        if (!license.has("grace_days")) {
            license.put("grace_days", 0);
        }
        if (!license.has("limits")) {
            license.putObject("limits");
        }
    }

    private static void putIfMissing(ObjectNode license, String name, String value) {
        if (!license.has(name)) {
            license.put(name, value);
        }
    }
}
