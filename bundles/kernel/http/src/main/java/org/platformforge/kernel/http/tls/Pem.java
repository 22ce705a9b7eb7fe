package org.platformforge.kernel.http.tls;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.KeySpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Certificates and private keys in PEM (RFC 7468): keys in PKCS #8, plain or encrypted, and in the older forms PKCS #1
 * ({@code RSA PRIVATE KEY}) and SEC 1 ({@code EC PRIVATE KEY}), which are put into PKCS #8. Messages of what is thrown name
 * nothing of the content.
 */
final class Pem {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----\\s*([A-Za-z0-9+/=\\s]+?)-----END \\1-----");
    private static final List<String> ALGORITHMS = List.of("EC", "RSA", "EdDSA");
    private static final byte[] RSA = {
        0x30, 0x0d, 0x06, 0x09, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00
    };
    private static final byte[] EC_KEY = {0x06, 0x07, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x02, 0x01};
    private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};
    private static final int SEQUENCE = 0x30;
    private static final int OCTET_STRING = 0x04;
    private static final int PARAMETERS = 0xa0;

    private record Block(String type, byte[] content) {}

    private Pem() {}

    /** In the order of the file: the server's own first. */
    static List<X509Certificate> certificates(String text) throws GeneralSecurityException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<X509Certificate> chain = new ArrayList<>();
        for (Block block : blocks(text)) {
            if (block.type().equals("CERTIFICATE")) {
                chain.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block.content())));
            }
        }
        return chain;
    }

    /** @return null when the text holds no private key */
    static PrivateKey key(String text, char[] password) throws GeneralSecurityException, IOException {
        for (Block block : blocks(text)) {
            switch (block.type()) {
                case "PRIVATE KEY":
                    return any(new PKCS8EncodedKeySpec(block.content()));
                case "ENCRYPTED PRIVATE KEY":
                    return any(decrypted(block.content(), password));
                case "RSA PRIVATE KEY":
                    return any(new PKCS8EncodedKeySpec(pkcs8(RSA, block.content())));
                case "EC PRIVATE KEY":
                    return any(new PKCS8EncodedKeySpec(
                            pkcs8(der(SEQUENCE, EC_KEY, curve(block.content())), block.content())));
                default:
            }
        }
        return null;
    }

    private static List<Block> blocks(String text) throws GeneralSecurityException {
        List<Block> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(text);
        while (matcher.find()) {
            try {
                blocks.add(new Block(matcher.group(1), Base64.getMimeDecoder().decode(matcher.group(2))));
            } catch (IllegalArgumentException e) {
                throw new GeneralSecurityException("A block " + matcher.group(1) + " is no base64", e);
            }
        }
        return blocks;
    }

    private static KeySpec decrypted(byte[] content, char[] password) throws GeneralSecurityException, IOException {
        if (password.length == 0) {
            throw new GeneralSecurityException("The private key is encrypted, and no password is given");
        }
        EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(content);
        // of PBES2 the parameters' name is that of the whole scheme
        String scheme = info.getAlgParameters() == null
                ? info.getAlgName()
                : info.getAlgParameters().toString();
        if (scheme.isEmpty()) {
            scheme = info.getAlgName();
        }
        Cipher cipher = Cipher.getInstance(scheme);
        cipher.init(
                Cipher.DECRYPT_MODE,
                SecretKeyFactory.getInstance(scheme).generateSecret(new PBEKeySpec(password)),
                info.getAlgParameters());
        return info.getKeySpec(cipher);
    }

    private static PrivateKey any(KeySpec spec) throws GeneralSecurityException {
        GeneralSecurityException last = null;
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (InvalidKeySpecException e) {
                last = e;
            }
        }
        throw new GeneralSecurityException("The private key is none of RSA, EC and EdDSA, or damaged", last);
    }

    private static byte[] pkcs8(byte[] algorithm, byte[] key) {
        return der(SEQUENCE, VERSION_0, algorithm, der(OCTET_STRING, key));
    }

    /** The named curve of a SEC 1 key (RFC 5915): SEQUENCE { version, OCTET STRING, [0] parameters, … }. */
    private static byte[] curve(byte[] sec1) throws GeneralSecurityException {
        try {
            ByteBuffer sequence = content(ByteBuffer.wrap(sec1));
            while (sequence.hasRemaining()) {
                int tag = sequence.get(sequence.position()) & 0xff;
                ByteBuffer element = content(sequence);
                if (tag == PARAMETERS) {
                    byte[] oid = new byte[element.remaining()];
                    element.get(oid);
                    return oid;
                }
            }
        } catch (java.nio.BufferUnderflowException | IllegalArgumentException e) {
            throw new GeneralSecurityException("The EC private key is damaged", e);
        }
        throw new GeneralSecurityException("The EC private key does not name its curve");
    }

    /** The content of the element that comes next, which is left behind. */
    private static ByteBuffer content(ByteBuffer from) {
        from.get();
        int length = from.get() & 0xff;
        if (length > 0x80) {
            int bytes = length & 0x7f;
            length = 0;
            for (int i = 0; i < bytes; i++) {
                length = length << 8 | from.get() & 0xff;
            }
        }
        ByteBuffer content = from.slice().limit(length);
        from.position(from.position() + length);
        return content;
    }

    private static byte[] der(int tag, byte[]... contents) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] content : contents) {
            all.writeBytes(content);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (all.size() < 0x80) {
            out.write(all.size());
        } else if (all.size() < 0x100) {
            out.write(0x81);
            out.write(all.size());
        } else {
            out.write(0x82);
            out.write(all.size() >> 8);
            out.write(all.size());
        }
        out.writeBytes(all.toByteArray());
        return out.toByteArray();
    }
}
