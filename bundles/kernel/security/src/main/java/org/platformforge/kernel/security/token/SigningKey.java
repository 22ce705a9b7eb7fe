package org.platformforge.kernel.security.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.util.Base64URL;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * One Ed25519 key pair of the platform. Bouncy Castle's implementation signs in a thirtieth of the CPU time of the
 * JDK's RS256, which is what every login and refresh pays; verification is remembered anyway.
 */
final class SigningKey {
    static final int SIGNATURE = Ed25519PrivateKeyParameters.SIGNATURE_SIZE;
    private static final JOSEObjectType ACCESS_TOKEN = new JOSEObjectType("at+jwt");

    private final int serial;
    private final Instant signsFrom;
    private final Ed25519PublicKeyParameters publicKey;
    private final Ed25519PrivateKeyParameters privateKey;
    private final OctetKeyPair jwk;
    private final String header;

    /** @param privateKey null when it was sealed with a secret key this node does not have */
    SigningKey(int serial, Instant signsFrom, byte[] publicKey, Ed25519PrivateKeyParameters privateKey) {
        this.serial = serial;
        this.signsFrom = signsFrom;
        this.publicKey = new Ed25519PublicKeyParameters(publicKey);
        this.privateKey = privateKey;
        try {
            this.jwk = new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(publicKey))
                    .keyIDFromThumbprint()
                    .keyUse(KeyUse.SIGNATURE)
                    .algorithm(JWSAlgorithm.EdDSA)
                    .build();
        } catch (JOSEException e) {
            throw new IllegalStateException("SHA-256 is not available", e);
        }
        this.header = new JWSHeader.Builder(JWSAlgorithm.EdDSA)
                .type(ACCESS_TOKEN)
                .keyID(jwk.getKeyID())
                .build()
                .toBase64URL()
                .toString();
    }

    static String kid(byte[] publicKey) {
        return new SigningKey(0, Instant.EPOCH, publicKey, null).jwk.getKeyID();
    }

    int serial() {
        return serial;
    }

    Instant signsFrom() {
        return signsFrom;
    }

    String kid() {
        return jwk.getKeyID();
    }

    /** The one header, as it stands in a token, of all tokens this key signs. */
    String header() {
        return header;
    }

    Map<String, Object> publicJwk() {
        return jwk.toPublicJWK().toJSONObject();
    }

    boolean canSign() {
        return privateKey != null;
    }

    byte[] sign(byte[] message) {
        byte[] signature = new byte[SIGNATURE];
        Optional.ofNullable(privateKey)
                .orElseThrow(() -> new IllegalStateException("The private key is not here"))
                .sign(Ed25519.Algorithm.Ed25519, null, message, 0, message.length, signature, 0);
        return signature;
    }

    boolean verifies(byte[] message, byte[] signature) {
        return signature.length == SIGNATURE
                && publicKey.verify(Ed25519.Algorithm.Ed25519, null, message, 0, message.length, signature, 0);
    }
}
