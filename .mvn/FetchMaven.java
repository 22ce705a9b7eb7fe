import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** Fetches one zip archive, checks its SHA-512 before a single entry is unpacked, and unpacks it. Run by mvnw. */
public final class FetchMaven {
    private static final int TIMEOUT_MILLIS = 30_000;

    public static void main(String[] args) throws Exception {
        try {
            install(args);
        } catch (IOException e) {
            // The kind of exception says what its message leaves out: of an unknown host it is only the name.
            System.err.println("mvnw: " + e.getClass().getSimpleName() + ": " + e.getMessage());
            System.exit(1);
        }
    }

    private static void install(String[] args) throws Exception {
        Path target = Path.of(args[2]);
        Files.createDirectories(target);
        Path archive = Files.createTempFile(target, "maven", ".zip");
        Path unpacked = Files.createTempDirectory(target, "maven");
        try {
            System.err.println("mvnw: fetching " + args[0]);
            String sum = fetch(args[0], archive);
            if (!sum.equalsIgnoreCase(args[1])) {
                throw new IOException("the SHA-512 of " + args[0] + " is " + sum + ", expected " + args[1]);
            }
            unzip(archive, unpacked);
            try (var folders = Files.list(unpacked)) {
                Path folder = folders.findFirst().orElseThrow();
                Files.move(folder, target.resolve(folder.getFileName()), StandardCopyOption.ATOMIC_MOVE);
            }
        } finally {
            Files.deleteIfExists(archive);
            delete(unpacked);
        }
    }

    private static String fetch(String url, Path into) throws Exception {
        URLConnection connection = URI.create(url).toURL().openConnection();
        connection.setConnectTimeout(TIMEOUT_MILLIS);
        connection.setReadTimeout(TIMEOUT_MILLIS);
        MessageDigest digest = MessageDigest.getInstance("SHA-512");
        try (InputStream in = new DigestInputStream(connection.getInputStream(), digest)) {
            Files.copy(in, into, StandardCopyOption.REPLACE_EXISTING);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void unzip(Path archive, Path into) throws IOException {
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(archive))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path file = into.resolve(entry.getName()).normalize();
                if (!file.startsWith(into)) {
                    throw new IOException("entry outside of the archive: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(file);
                } else {
                    Files.createDirectories(file.getParent());
                    try (OutputStream out = Files.newOutputStream(file)) {
                        zip.transferTo(out);
                    }
                    if (file.getParent().endsWith("bin")) {
                        file.toFile().setExecutable(true);
                    }
                }
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
