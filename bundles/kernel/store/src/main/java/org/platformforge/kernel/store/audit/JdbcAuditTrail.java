package org.platformforge.kernel.store.audit;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.store.AuditTrail;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.store.json.JsonText;

/** Reads and proves {@code store_audit}. Thread-safe. */
public final class JdbcAuditTrail implements AuditTrail {
    private static final int CHUNK = 1000;

    private final Store store;
    private final JsonText json;
    private final AuditKeys keys;
    private final Checkpoints checkpoints;
    private final RetentionJob retention;

    JdbcAuditTrail(Store store, JsonText json, AuditKeys keys, Checkpoints checkpoints, RetentionJob retention) {
        this.store = store;
        this.json = json;
        this.keys = keys;
        this.checkpoints = checkpoints;
        this.retention = retention;
    }

    @Override
    public Page<Entry> find(String tenantId, Filter filter, PageRequest page) {
        long below = page.cursor() == null ? Long.MAX_VALUE : position(page.cursor());
        int offset = page.cursor() == null ? page.offset() : 0;
        return store.call(tenantId, tx -> {
            long total = AuditTable.count(tx.connection(), tenantId, new Where(filter, 0, Long.MAX_VALUE));
            List<ChainedRow> found = AuditTable.find(
                    tx.connection(), tenantId, new Where(filter, 0, below), "DESC", offset, page.limit() + 1);
            boolean more = found.size() > page.limit();
            List<ChainedRow> shown = more ? found.subList(0, page.limit()) : found;
            Optional<String> next =
                    more ? Optional.of(cursor(shown.get(shown.size() - 1).sequence())) : Optional.empty();
            return new Page<>(shown.stream().map(this::entry).toList(), total, next);
        });
    }

    private static String cursor(long sequence) {
        byte[] text = Long.toString(sequence).getBytes(StandardCharsets.US_ASCII);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text);
    }

    private static long position(String cursor) {
        try {
            String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII);
            if (text.matches("[1-9][0-9]{0,17}")) {
                return Long.parseLong(text);
            }
        } catch (IllegalArgumentException e) {
            // not base64: said below
        }
        throw PlatformException.of(ErrorKind.MALFORMED, "The cursor is not one of this list");
    }

    @Override
    public void read(String tenantId, Filter filter, Consumer<Entry> each) {
        read(tenantId, filter, Long.MAX_VALUE, each);
    }

    @Override
    public void export(String tenantId, Filter filter, Consumer<String> line) {
        checkpoints.sign(tenantId);
        Optional<SignedState> state = store.call(tenantId, tx -> CheckpointTable.last(tx.connection(), tenantId));
        boolean signed = state.isPresent() && !checkpoints.broken().containsKey(tenantId);
        read(
                tenantId,
                filter,
                signed ? state.get().sequence() + 1 : Long.MAX_VALUE,
                entry -> line.accept(entry.line()));
        state.ifPresent(last -> line.accept(last.checkpoint().line()));
    }

    /** No transaction is open while the consumer works. */
    private void read(String tenantId, Filter filter, long below, Consumer<Entry> each) {
        long position = 0;
        List<ChainedRow> chunk;
        do {
            long above = position;
            chunk = store.call(
                    tenantId,
                    tx -> AuditTable.find(tx.connection(), tenantId, new Where(filter, above, below), "ASC", 0, CHUNK));
            for (ChainedRow record : chunk) {
                each.accept(entry(record));
                position = record.sequence();
            }
        } while (chunk.size() == CHUNK);
    }

    @Override
    public List<Checkpoint> checkpoints(String tenantId) {
        return store.call(tenantId, tx -> CheckpointTable.all(tx.connection(), tenantId)).stream()
                .map(SignedState::checkpoint)
                .toList();
    }

    @Override
    public Verification verify(String tenantId) {
        ChainHead head = store.call(tenantId, tx -> ChainHead.read(tx.connection(), tenantId));
        List<SignedState> signed = store.call(tenantId, tx -> CheckpointTable.all(tx.connection(), tenantId));
        ChainVerifier verifier = new ChainVerifier(keys, tenantId, head.firstSequence(), head.firstPrevious());
        CheckpointVerifier states = new CheckpointVerifier(keys, signed, head, verifier::problem);
        Tombstones tombstones = new Tombstones(json, head);
        Instant[] oldest = new Instant[1];
        long lastRead = follow(store, tenantId, head, record -> {
            oldest[0] = oldest[0] == null ? record.row().at() : oldest[0];
            verifier.accept(record);
            states.accept(record);
            tombstones.accept(record);
        });
        verifier.end(head);
        states.end(lastRead);
        if (!tombstones.found()) {
            verifier.problem(
                    head.firstSequence(), "Records before it are gone, and no record of their removal names it");
        }
        Instant last = signed.isEmpty() ? null : signed.get(signed.size() - 1).at();
        return new Verification(
                verifier.records(),
                verifier.records() == 0 ? 0 : head.firstSequence(),
                head.lastSequence(),
                head.lastHash(),
                signed.size(),
                last,
                keys.publicKey(),
                verifier.problems(),
                retention(tenantId, oldest[0]));
    }

    /** @return the number of the last record there was */
    static long follow(Store store, String tenantId, ChainHead head, Consumer<ChainedRow> each) {
        long next = head.firstSequence();
        long lastRead = 0;
        while (next <= head.lastSequence()) {
            long first = next;
            long last = Math.min(head.lastSequence(), first + CHUNK - 1);
            List<ChainedRow> chunk =
                    store.call(tenantId, tx -> AuditTable.between(tx.connection(), tenantId, first, last));
            chunk.forEach(each);
            lastRead = chunk.isEmpty() ? lastRead : chunk.get(chunk.size() - 1).sequence();
            next = last + 1;
        }
        return lastRead;
    }

    private AuditTrail.Retention retention(String tenantId, Instant oldest) {
        Duration period = retention.period();
        Duration age = oldest == null ? Duration.ZERO : Duration.between(oldest, Instant.now());
        boolean late = !period.isZero() && age.compareTo(period) > 0;
        Instant lastRun = store.call(tenantId, tx -> RetentionJob.lastRun(tx.connection(), tenantId));
        return new AuditTrail.Retention(period, lastRun, oldest, late ? age.minus(period) : Duration.ZERO);
    }

    @Override
    public void checkpoint(String tenantId) {
        checkpoints.sign(tenantId);
    }

    @Override
    public Map<String, String> digestKeys(String tenantId) {
        return keys.digestKeys(tenantId);
    }

    private Entry entry(ChainedRow record) {
        Row row = record.row();
        return new Entry(
                row.id(),
                record.sequence(),
                row.at(),
                row.actor(),
                row.onBehalfOf(),
                row.scheme(),
                row.action(),
                row.target(),
                row.result(),
                row.requestId(),
                row.address(),
                row.userAgent(),
                json.read(row.details()),
                record.hash(),
                record.mac(),
                record.canonical());
    }
}
