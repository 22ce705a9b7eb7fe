package org.platformforge.kernel.security.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The public keys in a file, in OpenSSH's form or as X.509 PEM. The file is read at each login; one that others than
 * its owner may write is not trusted.
 */
final class LocalKeys {
    private static final Logger LOG = LoggerFactory.getLogger(LocalKeys.class);
    private static final long LARGEST = 1 << 16;
    private static final Pattern OPENSSH =
            Pattern.compile("(?m)^(?:ssh-rsa|ssh-ed25519|ecdsa-sha2-nistp\\d+)\\s+([A-Za-z0-9+/=]+)");
    private static final Pattern PEM =
            Pattern.compile("-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]+)-----END PUBLIC KEY-----");

    private final Path file;

    LocalKeys(Path file) {
        this.file = file;
    }

    boolean contains(PublicKey key) {
        String text = read();
        byte[] encoded = key.getEncoded();
        Optional<byte[]> openSsh = OpenSshKeys.encode(key);
        boolean found = false;
        for (byte[] known : decoded(PEM, text)) {
            found |= encoded != null && MessageDigest.isEqual(known, encoded);
        }
        for (byte[] known : decoded(OPENSSH, text)) {
            found |= openSsh.isPresent() && MessageDigest.isEqual(known, openSsh.get());
        }
        return found;
    }

    private static List<byte[]> decoded(Pattern pattern, String text) {
        List<byte[]> keys = new ArrayList<>();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            try {
                keys.add(Base64.getMimeDecoder().decode(matcher.group(1)));
            } catch (IllegalArgumentException e) {
                LOG.warn("A key in the file for local logins is not base64");
            }
        }
        return keys;
    }

    private String read() {
        try {
            if (!Files.isRegularFile(file) || Files.size(file) > LARGEST || writableByOthers()) {
                return "";
            }
            return Files.readString(file);
        } catch (IOException e) {
            LOG.warn("The key for local logins cannot be read", e);
            return "";
        }
    }

    private boolean writableByOthers() throws IOException {
        if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return false;
        }
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
        boolean open =
                mode.contains(PosixFilePermission.GROUP_WRITE) || mode.contains(PosixFilePermission.OTHERS_WRITE);
        if (open) {
            LOG.warn("The key for local logins is not used: others may write {}", file.getFileName());
        }
        return open;
    }
}
