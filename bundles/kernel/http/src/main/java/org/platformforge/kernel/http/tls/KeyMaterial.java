package org.platformforge.kernel.http.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/**
 * What a TLS listener shows and proves: one or more certificates with their chains and keys, read and checked. Immutable.
 *
 * @param store with the keys under {@link #PASSWORD}
 * @param end when the first of the certificates ends
 * @param subject of the first certificate, for people
 */
record KeyMaterial(KeyStore store, Instant end, String subject) {
    /** Of the store in memory, which the files' password has nothing to do with. */
    static final String PASSWORD = UUID.randomUUID().toString();

    private static final int DER_SEQUENCE = 0x30;

    /** Why files are no usable certificate; the message is for operators and holds nothing secret. */
    static final class UnusableException extends Exception {
        private static final long serialVersionUID = 1L;

        UnusableException(String message, Throwable cause) {
            super(message, cause);
        }

        UnusableException(String message) {
            super(message);
        }
    }

    /** The files as they are now: another digest, another content. Those that are not there count as empty. */
    static String digest(String certificate, String key) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String file : List.of(certificate, key)) {
                digest.update((byte) 0);
                if (!file.isEmpty()) {
                    try {
                        digest.update(Files.readAllBytes(Path.of(file)));
                    } catch (IOException e) {
                        digest.update((byte) 1);
                    }
                }
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * @param certificate PEM or PKCS #12
     * @param key PEM; empty when the first file holds the key, too
     */
    static KeyMaterial read(String certificate, String key, String password) throws UnusableException {
        if (certificate.isEmpty()) {
            throw new UnusableException("no certificate is configured (the key certificate)");
        }
        char[] secret = password.toCharArray();
        byte[] content = bytes(certificate);
        try {
            KeyStore store = content.length > 0 && content[0] == DER_SEQUENCE
                    ? pkcs12(content, secret, certificate)
                    : pem(content, certificate, key, secret);
            return checked(store, certificate);
        } catch (GeneralSecurityException | IOException e) {
            throw new UnusableException(certificate + (key.isEmpty() ? "" : " or " + key) + ": " + reason(e), e);
        }
    }

    private static String reason(Exception e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }

    private static KeyStore pem(byte[] content, String certificate, String key, char[] password)
            throws GeneralSecurityException, IOException, UnusableException {
        String text = new String(content, StandardCharsets.ISO_8859_1);
        List<X509Certificate> chain = Pem.certificates(text);
        if (chain.isEmpty()) {
            throw new UnusableException(certificate + " holds no certificate in PEM and is no PKCS #12");
        }
        PrivateKey secret =
                Pem.key(key.isEmpty() ? text : new String(bytes(key), StandardCharsets.ISO_8859_1), password);
        if (secret == null) {
            throw new UnusableException((key.isEmpty() ? certificate : key) + " holds no private key in PEM");
        }
        KeyStore store = empty();
        store.setKeyEntry("server", secret, PASSWORD.toCharArray(), chain.toArray(Certificate[]::new));
        return store;
    }

    private static KeyStore pkcs12(byte[] content, char[] password, String certificate)
            throws GeneralSecurityException, IOException, UnusableException {
        KeyStore file = KeyStore.getInstance("PKCS12");
        try {
            file.load(new ByteArrayInputStream(content), password);
        } catch (IOException e) {
            throw new UnusableException(certificate + " is no PKCS #12 file, or its password is another one", e);
        }
        KeyStore store = empty();
        for (String alias : Collections.list(file.aliases())) {
            if (file.isKeyEntry(alias)) {
                store.setKeyEntry(
                        alias, file.getKey(alias, password), PASSWORD.toCharArray(), file.getCertificateChain(alias));
            }
        }
        return store;
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    /** A certificate that is over is told apart from a broken one: at a start it is better than none. */
    private static KeyMaterial checked(KeyStore store, String certificate)
            throws GeneralSecurityException, UnusableException {
        Instant end = Instant.MAX;
        String subject = "";
        for (String alias : Collections.list(store.aliases())) {
            X509Certificate own = (X509Certificate) store.getCertificate(alias);
            prove((PrivateKey) store.getKey(alias, PASSWORD.toCharArray()), own);
            subject = subject.isEmpty() ? own.getSubjectX500Principal().getName() : subject;
            end = end.isBefore(own.getNotAfter().toInstant())
                    ? end
                    : own.getNotAfter().toInstant();
        }
        if (subject.isEmpty() && end.equals(Instant.MAX)) {
            throw new UnusableException(certificate + " holds no certificate with a private key");
        }
        return new KeyMaterial(store, end, subject);
    }

    private static void prove(PrivateKey key, X509Certificate certificate)
            throws GeneralSecurityException, UnusableException {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> "EdDSA";
        };
        boolean fits;
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update((byte) 1);
            byte[] proof = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update((byte) 1);
            fits = signature.verify(proof);
        } catch (java.security.InvalidKeyException | java.security.SignatureException e) {
            throw new UnusableException("the private key is not the certificate's", e);
        }
        if (!fits) {
            throw new UnusableException("the private key is not the certificate's");
        }
    }

    private static byte[] bytes(String file) throws UnusableException {
        try {
            return Files.readAllBytes(Path.of(file));
        } catch (NoSuchFileException e) {
            throw new UnusableException(file + " does not exist", e);
        } catch (IOException | UncheckedIOException | java.nio.file.InvalidPathException e) {
            throw new UnusableException(file + " cannot be read", e);
        }
    }
}
