package org.platformforge.infrastructure.backup;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.platformforge.kernel.api.security.Secrets;

/**
 * The files of backups, a folder each: {@code data.pfb} (see {@link Chunks}), {@code manifest.json} and its HMAC in {@code
 * manifest.mac}. Each backup has a key of its own, sealed with the platform's secret key, so that a rotated secret key opens old
 * backups as long as it is kept. Thread-safe.
 */
final class Vault {
    private static final String PURPOSE = "infrastructure.backup";
    private static final String DATA = "data.pfb";
    private static final String MANIFEST = "manifest.json";
    private static final String MAC = "manifest.mac";
    private static final int KEY = 32;
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int MOST = 256 << 20;

    private final ObjectMapper json = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private final Secrets secrets;

    /** Writes what is to be kept. */
    interface Content {
        void writeTo(OutputStream out) throws IOException, SQLException, BackupException, InterruptedException;
    }

    /** Reads what was kept. */
    interface Reader {
        void read(InputStream in) throws IOException, SQLException, BackupException, InterruptedException;
    }

    /** @param key the backup's own, in the clear */
    record Key(byte[] key, String sealed) {
        String id() {
            String[] parts = sealed.split("\\.");
            return parts.length > 1 ? parts[1] : "";
        }

        @Override
        public String toString() {
            return id();
        }
    }

    Vault(Secrets secrets) {
        this.secrets = secrets;
    }

    Key newKey(String id) {
        byte[] key = new byte[KEY];
        RANDOM.nextBytes(key);
        return new Key(key, secrets.seal(PURPOSE, id, key));
    }

    /** @return what is in the file; the manifest is not written yet */
    SealedOutput write(Path folder, String id, Key key, Content content)
            throws IOException, SQLException, BackupException, InterruptedException {
        try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(folder.resolve(DATA)));
                SealedOutput sealed = new SealedOutput(file, key.key(), id)) {
            content.writeTo(sealed);
            sealed.finish();
            return sealed;
        }
    }

    void write(Path folder, Manifest manifest) throws IOException {
        byte[] text = json.writeValueAsBytes(manifest);
        Files.write(folder.resolve(MANIFEST), text);
        Files.writeString(folder.resolve(MAC), mac(key(manifest), text));
    }

    private byte[] key(Manifest manifest) throws CorruptBackupException {
        try {
            return secrets.open(PURPOSE, manifest.id(), manifest.sealedKey());
        } catch (IllegalArgumentException e) {
            throw new CorruptBackupException("The backup's key cannot be opened: it was sealed with the secret key "
                    + manifest.keyId() + ", which is not here, or it was changed");
        }
    }

    private static String mac(byte[] key, byte[] text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            mac.update("manifest".getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(mac.doFinal(text));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HmacSHA256 is not available", e);
        }
    }

    /** @throws CorruptBackupException when it is not the manifest that was written for this backup */
    Manifest manifest(Path folder, String id) throws IOException {
        byte[] text;
        String mac;
        try {
            if (Files.size(folder.resolve(MANIFEST)) > MOST) {
                throw new CorruptBackupException("The manifest is larger than any that was written");
            }
            text = Files.readAllBytes(folder.resolve(MANIFEST));
            mac = Files.readString(folder.resolve(MAC));
        } catch (NoSuchFileException e) {
            throw new CorruptBackupException("The manifest is missing");
        }
        Manifest manifest;
        try {
            manifest = json.readValue(text, Manifest.class);
        } catch (JsonProcessingException e) {
            throw new CorruptBackupException("The manifest cannot be read");
        }
        if (!Manifest.FORMAT.equals(manifest.format()) || !id.equals(manifest.id()) || manifest.sealedKey() == null) {
            throw new CorruptBackupException("The manifest is another backup's, or of another format");
        }
        boolean authentic = MessageDigest.isEqual(
                mac(key(manifest), text).getBytes(StandardCharsets.US_ASCII),
                mac.strip().getBytes(StandardCharsets.US_ASCII));
        if (!authentic) {
            throw new CorruptBackupException("The manifest was changed");
        }
        return manifest;
    }

    /** Hands the content to the reader, which reads it to its end; everything is authenticated before it is handed out. */
    void read(Path folder, Manifest manifest, Reader reader)
            throws IOException, SQLException, BackupException, InterruptedException {
        try (InputStream file = new BufferedInputStream(Files.newInputStream(folder.resolve(DATA)));
                SealedInput content = new SealedInput(file, key(manifest), manifest.id(), manifest.chunks())) {
            reader.read(content);
            content.transferTo(OutputStream.nullOutputStream());
            if (!content.digest().equals(manifest.sha256())) {
                throw new CorruptBackupException("The SHA-256 of the whole file differs from the manifest's");
            }
        } catch (NoSuchFileException e) {
            throw new CorruptBackupException("The file of the backup is missing");
        }
    }

    /** Copies a backup to another folder, and reads it back there. */
    void copy(Path folder, Path target, Manifest manifest)
            throws IOException, SQLException, BackupException, InterruptedException {
        Folders.fresh(target);
        for (String name : new String[] {DATA, MANIFEST, MAC}) {
            Files.copy(folder.resolve(name), target.resolve(name));
        }
        read(target, manifest(target, manifest.id()), in -> in.transferTo(OutputStream.nullOutputStream()));
    }
}
