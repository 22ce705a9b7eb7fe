package org.platformforge.kernel.extension.release;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.osgi.framework.Constants;

/**
 * The bundles of an artifact, read at once: what was hashed is what is installed. The verifier has looked more closely
 * when it was published; here it is only made sure that it is the same file and cannot exhaust the memory.
 */
final class Artifact {
    private static final long MAX_BYTES = 64L << 20;
    private static final long MAX_UNPACKED = 256L << 20;
    private static final int MAX_PARTS = 64;

    /** @param name of the entry in the archive, {@code bundle.jar} for a single JAR */
    record Part(String name, byte[] jar, Attributes headers) {
        String symbolicName() {
            String header = headers.getValue(Constants.BUNDLE_SYMBOLICNAME);
            return header == null ? "" : header.split(";", 2)[0].strip();
        }

        InputStream open() {
            return new ByteArrayInputStream(jar);
        }

        @Override
        public String toString() {
            return symbolicName() + " " + headers.getValue(Constants.BUNDLE_VERSION);
        }
    }

    private Artifact() {}

    /** @throws RefusedException saying what is wrong with the file */
    static List<Part> read(Path file, String sha256) throws RefusedException {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new RefusedException("The artifact is larger than " + MAX_BYTES + " bytes");
            }
            byte[] bytes = Files.readAllBytes(file);
            String actual = HexFormat.of().formatHex(newDigest().digest(bytes));
            if (!actual.equals(sha256)) {
                throw new RefusedException("The artifact is not the one that was published: its SHA-256 is " + actual);
            }
            Manifest own = manifest(bytes);
            if (own != null && own.getMainAttributes().getValue(Constants.BUNDLE_SYMBOLICNAME) != null) {
                return List.of(new Part("bundle.jar", bytes, own.getMainAttributes()));
            }
            return unpack(bytes);
        } catch (IOException e) {
            throw new RefusedException("The artifact cannot be read: " + e.getMessage(), e);
        }
    }

    private static List<Part> unpack(byte[] archive) throws IOException, RefusedException {
        List<Part> parts = new ArrayList<>();
        long total = 0;
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (!entry.getName().endsWith(".jar")) {
                    continue;
                }
                byte[] jar = zip.readNBytes((int) (MAX_UNPACKED - total + 1));
                total += jar.length;
                if (total > MAX_UNPACKED || parts.size() == MAX_PARTS) {
                    throw new RefusedException(
                            "The artifact holds more than " + MAX_UNPACKED + " bytes or " + MAX_PARTS + " bundles");
                }
                Manifest manifest = manifest(jar);
                if (manifest == null) {
                    throw new RefusedException(entry.getName() + " has no manifest");
                }
                parts.add(new Part(entry.getName(), jar, manifest.getMainAttributes()));
            }
        }
        return parts;
    }

    private static Manifest manifest(byte[] jar) throws IOException {
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(jar))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (JarFile.MANIFEST_NAME.equals(entry.getName())) {
                    return new Manifest(new ByteArrayInputStream(zip.readNBytes(1 << 20)));
                }
            }
            return null;
        }
    }

    private static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
