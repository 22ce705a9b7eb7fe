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
import org.platformforge.extension.verifier.ExtensionVerifier;

/**
 * An artifact, read at once: what was hashed is what is looked at and installed. Here it is made sure that it is the file
 * that was published and cannot exhaust the memory; the screens look closer.
 *
 * @param bytes of the whole file, not to be changed
 */
record Artifact(byte[] bytes, List<Part> parts) {
    private static final int MAX_BYTES = ExtensionVerifier.MAX_ARTIFACT;
    private static final int MAX_UNPACKED = ExtensionVerifier.MAX_BUNDLE_BYTES;
    private static final int MAX_PARTS = ExtensionVerifier.MAX_BUNDLES;

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

    /** @throws RefusedException saying what is wrong with the file */
    static Artifact read(Path file, String sha256) throws RefusedException {
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
                return new Artifact(bytes, List.of(new Part("bundle.jar", bytes, own.getMainAttributes())));
            }
            return new Artifact(bytes, unpack(bytes));
        } catch (IOException e) {
            throw new RefusedException("The artifact cannot be read: " + e.getMessage(), e);
        }
    }

    private static List<Part> unpack(byte[] archive) throws IOException, RefusedException {
        List<Part> parts = new ArrayList<>();
        int total = 0;
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (!entry.getName().endsWith(".jar")) {
                    continue;
                }
                byte[] jar = zip.readNBytes(MAX_UNPACKED - total + 1);
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
