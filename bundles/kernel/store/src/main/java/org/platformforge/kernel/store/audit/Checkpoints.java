package org.platformforge.kernel.store.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.platformforge.kernel.api.store.AuditTrail;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signs chains as they stand, and hands the signed states out: to a file beside the database, and to whoever else
 * listens. Signs only what it has verified by the digests' key, so that nobody who changes the database gets a signature
 * for it. Thread-safe.
 */
final class Checkpoints {
    private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
    private static final String FILE = "checkpoints.jsonl";

    private final Store store;
    private final AuditKeys keys;
    private final Path folder;
    private final Runnable listener;
    private final Map<String, String> broken = new ConcurrentHashMap<>();

    /**
     * @param folder for the file, made when it is needed; null for no file
     * @param listener called after every state that is signed here; returns at once
     */
    Checkpoints(Store store, AuditKeys keys, Path folder, Runnable listener) {
        this.store = store;
        this.keys = keys;
        this.folder = folder;
        this.listener = listener;
    }

    /** Signs the chains of all tenants that have gone on. */
    void signAll() {
        List<String> behind = store.call(Store.ALL_TENANTS, tx -> CheckpointTable.tenantsBehind(tx.connection()));
        long signed = behind.stream().filter(this::sign).count();
        if (signed > 0) {
            LOG.info("{} audit chains were verified and signed", signed);
        }
    }

    /** Signs one chain. @return whether there was something new, and nothing wrong with it */
    synchronized boolean sign(String tenantId) {
        ChainHead head = store.call(tenantId, tx -> ChainHead.read(tx.connection(), tenantId));
        Optional<SignedState> last = store.call(tenantId, tx -> CheckpointTable.last(tx.connection(), tenantId));
        long from = last.map(state -> state.sequence() + 1).orElse(head.firstSequence());
        if (head.lastSequence() < from) {
            return false;
        }
        ChainHead fresh = from > head.firstSequence()
                ? new ChainHead(
                        head.lastSequence(), head.lastHash(), from, last.get().hash())
                : head;
        ChainVerifier verifier = new ChainVerifier(keys, tenantId, fresh.firstSequence(), fresh.firstPrevious());
        JdbcAuditTrail.follow(store, tenantId, fresh, verifier::accept);
        verifier.end(fresh);
        if (!verifier.problems().isEmpty()) {
            complain(tenantId, verifier.problems().get(0));
            return false;
        }
        broken.remove(tenantId);
        write(tenantId, head);
        return true;
    }

    /** Once per tenant and problem, not at every period. */
    private void complain(String tenantId, AuditTrail.Problem problem) {
        String text = "record " + problem.sequence() + ": " + problem.message();
        if (!text.equals(broken.put(tenantId, text))) {
            LOG.error("The audit chain of tenant {} is broken and is not signed: {}", tenantId, text);
        }
    }

    /** Chains that were found broken, with what is wrong, by tenant. */
    Map<String, String> broken() {
        return Map.copyOf(broken);
    }

    private void write(String tenantId, ChainHead head) {
        SignedState state = store.call(tenantId, tx -> {
            SignedState signed = signed(tx, tenantId, head);
            CheckpointTable.insert(DatabaseKind.of(store.databaseKind()), tx.connection(), signed);
            return signed;
        });
        listener.run();
        if (folder == null) {
            return;
        }
        try {
            export(state);
        } catch (IOException e) {
            LOG.warn("An audit checkpoint could not be written to {}: {}", FILE, e.toString());
        }
    }

    private SignedState signed(Transaction tx, String tenantId, ChainHead head) {
        String canonical = SignedState.canonical(tenantId, head.lastSequence(), head.lastHash(), tx.now());
        return new SignedState(
                tenantId, head.lastSequence(), head.lastHash(), tx.now(), keys.publicKey(), keys.sign(canonical));
    }

    private void export(SignedState state) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder, mode("rwx------"));
        }
        try (FileChannel file = FileChannel.open(
                folder.resolve(FILE),
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                mode("rw-------"))) {
            ByteBuffer line = ByteBuffer.wrap(Digests.bytes(state.checkpoint().line() + '\n'));
            while (line.hasRemaining()) {
                file.write(line);
            }
            file.force(true);
        }
    }

    private FileAttribute<?>[] mode(String permissions) {
        boolean posix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
        return posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }
}
