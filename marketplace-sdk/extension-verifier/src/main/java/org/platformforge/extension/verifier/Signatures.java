package org.platformforge.extension.verifier;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Detached Ed25519 signatures (RFC 8032) of extensions, base64 without line breaks, over the text
 * {@code platform-forge-extension-v1\n<id>\n<version>\n<sha256 of the artifact>\n}. Keys are PEM (RFC 7468): private ones PKCS#8,
 * public ones X.509 SubjectPublicKeyInfo, as {@code openssl genpkey -algorithm ed25519} writes them. Thread-safe.
 */
public final class Signatures {
    private static final String ALGORITHM = "Ed25519";
    private static final int SIGNATURE_BYTES = 64;
    private static final int MAX_PEM = 4096;
    private static final Pattern PEM =
            Pattern.compile("\\s*-----BEGIN ([A-Z ]+)-----\\s([A-Za-z0-9+/=\\s]*)-----END ([A-Z ]+)-----\\s*");

    private Signatures() {}

    public static KeyPair generate() {
        try {
            return KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JDK from 15 on has Ed25519", e);
        }
    }

    /** @throws InvalidKeyException when the key is no Ed25519 key */
    public static String sign(PrivateKey key, String id, String version, String sha256) throws InvalidKeyException {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(key);
            signature.update(text(id, version, sha256));
            return Base64.getEncoder().encodeToString(signature.sign());
        } catch (InvalidKeyException e) {
            throw e;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JDK from 15 on has Ed25519", e);
        }
    }

    /** @return false for a signature of anything else, by anybody else, or that is none at all */
    public static boolean verify(PublicKey key, String id, String version, String sha256, String signature) {
        try {
            byte[] bytes = Base64.getDecoder().decode(signature.strip());
            if (bytes.length != SIGNATURE_BYTES) {
                return false;
            }
            Signature verifier = Signature.getInstance(ALGORITHM);
            verifier.initVerify(key);
            verifier.update(text(id, version, sha256));
            return verifier.verify(bytes);
        } catch (IllegalArgumentException | InvalidKeyException | SignatureException e) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JDK from 15 on has Ed25519", e);
        }
    }

    private static byte[] text(String id, String version, String sha256) {
        return ("platform-forge-extension-v1\n" + id + "\n" + version + "\n" + sha256 + "\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** @throws InvalidKeyException saying what is wrong with the text; never holds any of it */
    public static PrivateKey privateKey(String pem) throws InvalidKeyException {
        byte[] der = decode(pem, "PRIVATE KEY");
        try {
            return KeyFactory.getInstance(ALGORITHM).generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (InvalidKeySpecException e) {
            // the provider's message may hold parts of the key
            throw new InvalidKeyException("This is no Ed25519 private key in PKCS#8 form");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JDK from 15 on has Ed25519", e);
        }
    }

    /** @throws InvalidKeyException saying what is wrong with the text */
    public static PublicKey publicKey(String pem) throws InvalidKeyException {
        byte[] der = decode(pem, "PUBLIC KEY");
        try {
            return KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(der));
        } catch (InvalidKeySpecException e) {
            throw new InvalidKeyException("This is no Ed25519 public key in X.509 SubjectPublicKeyInfo form", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JDK from 15 on has Ed25519", e);
        }
    }

    private static byte[] decode(String pem, String label) throws InvalidKeyException {
        Matcher matcher = PEM.matcher(pem.length() > MAX_PEM ? "" : pem);
        if (!matcher.matches()
                || !matcher.group(1).equals(label)
                || !matcher.group(3).equals(label)) {
            throw new InvalidKeyException("This is no PEM text of a " + label);
        }
        try {
            return Base64.getMimeDecoder().decode(matcher.group(2));
        } catch (IllegalArgumentException e) {
            throw new InvalidKeyException("The PEM text of the " + label + " is not base64");
        }
    }

    public static String pem(PublicKey key) {
        return pem("PUBLIC KEY", key.getEncoded());
    }

    private static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + label + "-----\n";
    }

    /**
     * Writes a private key, readable by its owner alone from the first moment on.
     *
     * @throws java.nio.file.FileAlreadyExistsException when there is one: a key is not overwritten
     */
    public static void write(PrivateKey key, Path file) throws IOException {
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        if (posix) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } else {
            Files.createFile(file);
        }
        Files.writeString(file, pem("PRIVATE KEY", key.getEncoded()), StandardOpenOption.TRUNCATE_EXISTING);
    }
}
