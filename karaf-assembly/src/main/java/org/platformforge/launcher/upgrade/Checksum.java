package org.platformforge.launcher.upgrade;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The checksum beside an archive, {@code <archive>.sha256}, in the format of {@code sha256sum}. */
final class Checksum {
    private Checksum() {}

    /**
     * Writes the checksum of each file beside it, in the place of one that is there. The build does so for its archives.
     *
     * @throws IOException when a file cannot be read
     */
    public static void main(String[] files) throws IOException {
        for (String name : files) {
            Path file = Path.of(name);
            Files.writeString(beside(file), of(file) + "  " + file.getFileName() + "\n");
        }
    }

    /**
     * Compares the file with the checksum beside it.
     *
     * @return false when there is no checksum
     * @throws Refusal when the file is another one
     */
    static boolean verified(Path file) throws IOException {
        Path beside = beside(file);
        if (!Files.exists(beside)) {
            return false;
        }
        String expected = Files.readString(beside).strip().split("\\s", 2)[0];
        if (!of(file).equalsIgnoreCase(expected)) {
            throw new Refusal(file + " is not what its checksum says (" + beside.getFileName() + ")");
        }
        return true;
    }

    private static Path beside(Path file) {
        return file.resolveSibling(file.getFileName() + ".sha256");
    }

    private static String of(Path file) throws IOException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
