package org.platformforge.kernel.security.secret;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.platformforge.kernel.security.config.DataFolder;

/**
 * Finds the platform's secret keys: those that are configured, and the one in the data folder. The first is used, all
 * of them open what was sealed earlier.
 */
final class MasterKeys {
    static final int LENGTH = 32;
    private static final String FOLDER = "keys";
    private static final String FILE = "secret.key";

    private MasterKeys() {}

    /**
     * @param configured base64 keys separated by commas, may be empty
     * @throws IllegalArgumentException when a configured key is not base64 of 32 bytes; the message does not show it
     */
    static List<byte[]> load(String configured, DataFolder data) throws IOException {
        List<byte[]> keys = new ArrayList<>(parse(configured));
        Path file = data.resolve(FOLDER).resolve(FILE);
        if (keys.isEmpty() && !Files.exists(file)) {
            create(data.privateFolder(FOLDER), file);
        }
        if (Files.exists(file)) {
            keys.add(decode(Files.readString(file).strip(), file.getFileName().toString()));
        }
        return keys;
    }

    private static List<byte[]> parse(String configured) {
        List<byte[]> keys = new ArrayList<>();
        if (configured != null && !configured.isBlank() && !configured.startsWith("${")) {
            for (String item : configured.split(",")) {
                keys.add(decode(item.strip(), "secret.key (FORGE_SECRET_KEY)"));
            }
        }
        return keys;
    }

    private static byte[] decode(String text, String source) {
        byte[] key;
        try {
            key = Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/'));
        } catch (IllegalArgumentException e) {
            key = new byte[0];
        }
        if (key.length != LENGTH) {
            throw new IllegalArgumentException(
                    source + " is not the base64 form of 32 bytes; make one with: openssl rand -base64 32");
        }
        return key;
    }

    /** Written whole and synced beside its place first: a crash leaves no half key behind. */
    private static void create(Path folder, Path file) throws IOException {
        byte[] key = new byte[LENGTH];
        new SecureRandom().nextBytes(key);
        byte[] text = Base64.getEncoder().encode(key);
        Path draft = folder.resolve(FILE + "." + ProcessHandle.current().pid());
        Files.deleteIfExists(draft);
        try (FileChannel channel = FileChannel.open(
                draft,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                DataFolder.ownerOnly("rw-------"))) {
            ByteBuffer buffer = ByteBuffer.wrap(text);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
        try {
            Files.createLink(file, draft);
        } catch (FileAlreadyExistsException e) {
            return; // another start of this data folder was first: its key is read
        } catch (UnsupportedOperationException e) {
            Files.move(draft, file);
        } finally {
            Files.deleteIfExists(draft);
        }
    }
}
