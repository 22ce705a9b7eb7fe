package org.platformforge.kernel.api.delivery;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.osgi.annotation.versioning.ProviderType;
import org.platformforge.kernel.api.store.Transaction;

/**
 * {@link Artifacts}, for who keeps an artifact in the same transaction as what it belongs to: {@link #stage} it, {@link
 * #keep} it in the transaction, and {@link #adopt} it when the transaction is through. Thread-safe.
 */
@ProviderType
public interface ArtifactStore extends Artifacts {
    /**
     * A file nobody else knows of yet. Closing it removes the file unless it was adopted.
     *
     * @param sha256 of its content, 64 lower-case hexadecimal digits
     * @param size in bytes
     */
    record Staged(Path file, String sha256, long size) implements AutoCloseable {
        /** As artifacts are named. */
        public String digest() {
            return ALGORITHM + sha256;
        }

        @Override
        public void close() {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** What a digest begins with. */
    String ALGORITHM = "sha256:";

    /** A folder for parts of requests, on the disk on which artifacts are kept. */
    Path incoming();

    /** Takes over a whole file in {@link #incoming}; it is removed with what is returned. */
    Staged stage(Path file) throws IOException;

    /** Copies a stream to a file. */
    Staged stage(InputStream content) throws IOException;

    /** Writes it into the database, for the transaction's tenant; does nothing when the tenant has it already. */
    void keep(Transaction tx, Staged staged) throws Exception;

    /** Puts the file where it is looked for on this node, after the transaction. */
    void adopt(Staged staged) throws IOException;
}
