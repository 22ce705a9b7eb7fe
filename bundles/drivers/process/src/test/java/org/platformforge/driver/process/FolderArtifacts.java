package org.platformforge.driver.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.Collectors;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.delivery.Artifacts;

/** Artifacts in a folder, by tenant. */
final class FolderArtifacts implements Artifacts {
    private final Path folder;

    FolderArtifacts(Path folder) {
        this.folder = folder;
    }

    @Override
    public Artifact put(String tenantId, Path file) throws IOException {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
            String name = HexFormat.of().formatHex(digest);
            Files.createDirectories(folder.resolve(tenantId));
            Files.copy(file, folder.resolve(tenantId).resolve(name), StandardCopyOption.REPLACE_EXISTING);
            return new Artifact("sha256:" + name, Files.size(file));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public Path file(String tenantId, String digest) {
        Path file = folder.resolve(tenantId).resolve(digest.replace("sha256:", ""));
        if (!Files.exists(file)) {
            throw PlatformException.notFound("Artifact", digest);
        }
        return file;
    }

    @Override
    public Set<String> kept(String tenantId, Collection<String> digests) {
        return digests.stream().filter(digest -> exists(tenantId, digest)).collect(Collectors.toSet());
    }
}
