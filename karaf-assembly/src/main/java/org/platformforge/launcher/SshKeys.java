package org.platformforge.launcher;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECPoint;
import java.util.Base64;
import java.util.Set;

/**
 * The key pairs of an instance's console: its own, by which {@code bin/forge shell} knows that it talks to this instance, and
 * the one with which it logs in. Both are made at the first start and are readable by the platform's user only: whoever
 * can read them could read the platform's data as well.
 */
final class SshKeys {
    /** The login name the local key belongs to. */
    static final String USER = "forge-local";

    static final String FOLDER = "shell";
    static final String LOCAL_KEY = "id_ecdsa";
    /** The security kernel reads it at each login. */
    static final String LOCAL_PUBLIC_KEY = "authorized_key.pub";

    static final String HOST_KEY = "host.key";
    static final String HOST_PUBLIC_KEY = "host.key.pub";

    private static final String CURVE = "nistp256";
    private static final int COORDINATE_BYTES = 32;
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private SshKeys() {}

    /**
     * Makes the key pairs that are missing.
     *
     * @param data the instance's data folder
     * @return the public key of the local login in the one-line form of OpenSSH, without a comment
     */
    static String ensure(Path data) throws IOException, GeneralSecurityException {
        Path folder = data.resolve(FOLDER);
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        ensure(folder.resolve(HOST_KEY), folder.resolve(HOST_PUBLIC_KEY));
        return ensure(folder.resolve(LOCAL_KEY), folder.resolve(LOCAL_PUBLIC_KEY));
    }

    private static String ensure(Path secret, Path open) throws IOException, GeneralSecurityException {
        if (Files.exists(secret) && Files.exists(open)) {
            return Files.readString(open).trim();
        }
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair pair = generator.generateKeyPair();
        String line = "ecdsa-sha2-" + CURVE + " " + blob((ECPublicKey) pair.getPublic());
        write(secret, pem(pair.getPrivate().getEncoded()));
        write(open, line + "\n");
        return line;
    }

    private static String blob(ECPublicKey key) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        field(out, ("ecdsa-sha2-" + CURVE).getBytes(StandardCharsets.US_ASCII));
        field(out, CURVE.getBytes(StandardCharsets.US_ASCII));
        field(out, point(key.getW()));
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    private static void field(DataOutputStream out, byte[] value) throws IOException {
        out.writeInt(value.length);
        out.write(value);
    }

    /** The uncompressed form: 4, x, y. */
    private static byte[] point(ECPoint point) {
        byte[] bytes = new byte[1 + 2 * COORDINATE_BYTES];
        bytes[0] = 4;
        coordinate(point.getAffineX(), bytes, 1);
        coordinate(point.getAffineY(), bytes, 1 + COORDINATE_BYTES);
        return bytes;
    }

    private static void coordinate(BigInteger value, byte[] into, int offset) {
        byte[] bytes = value.toByteArray();
        int sign = Math.max(0, bytes.length - COORDINATE_BYTES);
        int length = bytes.length - sign;
        System.arraycopy(bytes, sign, into, offset + COORDINATE_BYTES - length, length);
    }

    private static String pem(byte[] encoded) {
        return "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded)
                + "\n-----END PRIVATE KEY-----\n";
    }

    /** Written beside and moved over, so that a start that dies here leaves no half a key. */
    private static void write(Path file, String text) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        Files.deleteIfExists(part);
        Files.createFile(part, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        Files.writeString(part, text, StandardOpenOption.WRITE);
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
