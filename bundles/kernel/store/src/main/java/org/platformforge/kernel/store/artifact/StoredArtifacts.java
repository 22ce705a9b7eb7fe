package org.platformforge.kernel.store.artifact;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.delivery.ArtifactStore;
import org.platformforge.kernel.api.delivery.Artifacts;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Artifacts by their SHA-256: in the database for every node, and as files for the one that runs them. A file appears
 * under its name only when it is whole and on the disk, and its content is compared with its name whenever it is handed
 * out: what was tampered with is fetched anew. Thread-safe.
 */
@Component(service = {ArtifactStore.class, Artifacts.class})
public final class StoredArtifacts implements ArtifactStore {
    private static final Logger LOG = LoggerFactory.getLogger(ArtifactStore.class);
    private static final Pattern DIGEST = Pattern.compile(ALGORITHM + "([0-9a-f]{64})");
    private static final Duration LONGEST_REQUEST = Duration.ofHours(1);

    private final Store store;
    private final ArtifactTable table = new ArtifactTable();
    private final ArtifactFiles files;

    @Activate
    public StoredArtifacts(@Reference Store store, BundleContext context) {
        this(store, ArtifactFiles.folder(context));
    }

    /** @param root of the files */
    public StoredArtifacts(Store store, Path root) {
        this.store = store;
        this.files = new ArtifactFiles(root);
        tidy();
    }

    /** What a killed node has left. A request may still be going on. */
    private void tidy() {
        FileTime old = FileTime.from(Instant.now().minus(LONGEST_REQUEST));
        try (DirectoryStream<Path> left = Files.newDirectoryStream(
                incoming(), file -> Files.getLastModifiedTime(file).compareTo(old) < 0)) {
            for (Path file : left) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | DirectoryIteratorException e) {
            LOG.warn("Left-over files of uploads could not be removed: {}", e.getMessage());
        }
    }

    @Override
    public Path incoming() {
        return subfolder("incoming");
    }

    @Override
    public Staged stage(Path file) throws IOException {
        MessageDigest digest = sha256();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            long size = in.transferTo(OutputStream.nullOutputStream());
            return new Staged(file, HexFormat.of().formatHex(digest.digest()), size);
        }
    }

    @Override
    public Staged stage(InputStream content) throws IOException {
        Path file = Files.createTempFile(incoming(), "artifact", ".part");
        try (OutputStream out = Files.newOutputStream(file)) {
            content.transferTo(out);
        }
        return stage(file);
    }

    @Override
    public void keep(Transaction tx, Staged staged) throws Exception {
        try (InputStream in = Files.newInputStream(staged.file())) {
            table.write(tx, staged.sha256(), in);
        }
    }

    @Override
    public void adopt(Staged staged) throws IOException {
        move(staged.file(), files.of(staged.sha256()));
    }

    @Override
    public Artifact put(String tenantId, Path file) throws IOException {
        try (InputStream content = Files.newInputStream(file);
                Staged staged = stage(content)) {
            store.run(tenantId, tx -> keep(tx, staged));
            adopt(staged);
            return new Artifact(staged.digest(), staged.size());
        }
    }

    @Override
    public Path file(String tenantId, String digest) {
        if (!exists(tenantId, digest)) {
            throw PlatformException.notFound("Artifact", digest);
        }
        String sha256 = digest.substring(ALGORITHM.length());
        Path file = files.of(sha256);
        try {
            if (!Files.isRegularFile(file) || !sha256.equals(hash(file))) {
                fetch(tenantId, sha256, file);
            }
            return file;
        } catch (IOException e) {
            throw PlatformException.of(ErrorKind.UNAVAILABLE, "The artifact " + digest + " cannot be read on this node")
                    .withCause(e);
        }
    }

    @Override
    public boolean exists(String tenantId, String digest) {
        Matcher matcher = DIGEST.matcher(digest);
        return matcher.matches() && store.call(tenantId, tx -> table.use(tx, matcher.group(1)));
    }

    @Override
    public Set<String> kept(String tenantId, Collection<String> digests) {
        List<String> asked = digests.stream()
                .map(DIGEST::matcher)
                .filter(Matcher::matches)
                .map(matcher -> matcher.group(1))
                .distinct()
                .toList();
        Set<String> kept = new HashSet<>();
        for (int from = 0; from < asked.size(); from += ArtifactTable.AT_ONCE) {
            List<String> some = asked.subList(from, Math.min(asked.size(), from + ArtifactTable.AT_ONCE));
            store.call(tenantId, tx -> table.present(tx, some)).forEach(sha256 -> kept.add(ALGORITHM + sha256));
        }
        return kept;
    }

    private void fetch(String tenantId, String sha256, Path file) throws IOException {
        Path part = Files.createTempFile(incoming(), "artifact", ".part");
        try {
            MessageDigest digest = sha256();
            boolean found;
            try (OutputStream out = new DigestOutputStream(Files.newOutputStream(part), digest)) {
                found = store.call(tenantId, tx -> table.read(tx, tenantId, sha256, out));
            }
            if (!found || !sha256.equals(HexFormat.of().formatHex(digest.digest()))) {
                throw PlatformException.of(
                        ErrorKind.CONFLICT,
                        "The artifact " + ALGORITHM + sha256 + " is " + (found ? "not what was kept" : "missing"));
            }
            move(part, file);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private Path subfolder(String name) {
        try {
            return Files.createDirectories(files.root().resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException("The folder for artifacts cannot be made", e);
        }
    }

    private static String hash(Path file) throws IOException {
        MessageDigest digest = sha256();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digest.digest());
        }
    }

    private static void move(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        try (FileChannel channel = FileChannel.open(from, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            throw new IOException("The folder for artifacts does not move files atomically", e);
        }
        try (FileChannel channel = FileChannel.open(to.getParent(), StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is missing", e);
        }
    }
}
