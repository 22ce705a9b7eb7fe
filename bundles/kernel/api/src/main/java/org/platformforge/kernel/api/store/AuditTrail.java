package org.platformforge.kernel.api.store;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;

/**
 * Reads what {@link AuditLog} wrote, and proves that it is whole. Asks for no permission: whoever calls has done so, and
 * says whose records it reads. Thread-safe.
 */
@ProviderType
public interface AuditTrail {
    /** The action of records about reading the log itself; lists leave them out unless they are asked for. */
    String READ = "audit.read";

    /** The action of the record that retention leaves of what it removed. */
    String RETENTION = "audit.retention";

    /**
     * A record as it is kept.
     *
     * @param sequence its number among its tenant's records, from 1 on without gaps
     * @param at when its transaction began, by the database's clock
     * @param actor the user, key or {@code system} that acted
     * @param onBehalfOf the person a key acted for, or null
     * @param scheme how the actor proved who it is, a {@link org.platformforge.kernel.api.Caller.Scheme}
     * @param target may be null
     * @param address null when nobody was at the other end of a connection
     * @param userAgent may be null
     * @param hash SHA-256 over {@code canonical} and {@code mac}, in hex; the next record names it
     * @param mac HMAC-SHA-256 of {@code canonical} in hex, under the tenant's key that {@code canonical} names
     * @param canonical the whole record as canonical JSON (RFC 8785): what is digested
     */
    record Entry(
            String id,
            long sequence,
            Instant at,
            String actor,
            String onBehalfOf,
            String scheme,
            String action,
            String target,
            String result,
            String requestId,
            String address,
            String userAgent,
            Map<String, Object> details,
            String hash,
            String mac,
            String canonical) {
        /** The record as a line of an export, without its end. */
        public String line() {
            return "{\"hash\":\"" + hash + "\",\"mac\":\"" + mac + "\",\"record\":" + canonical + '}';
        }
    }

    /**
     * Which records are wanted; null for no restriction.
     *
     * @param userId of the actor, or of the person it acted for
     * @param action an action, or what actions begin with, followed by {@code *}
     * @param from not before
     * @param until before
     * @param reads whether records of {@link #READ} are wanted too
     */
    record Filter(String userId, String action, Instant from, Instant until, boolean reads) {
        public static final Filter ALL = new Filter(null, null, null, null, true);
    }

    /**
     * A signed state of a tenant's chain.
     *
     * @param canonical what is signed: canonical JSON with {@code at}, {@code hash}, {@code sequence}, {@code
     *     tenant_id} and {@code v}
     * @param publicKey Ed25519 (RFC 8032) in hex
     * @param signature in hex
     */
    record Checkpoint(long sequence, Instant at, String canonical, String publicKey, String signature) {
        /** The signed state as a line of an export, without its end. */
        public String line() {
            return "{\"checkpoint\":" + canonical + ",\"public_key\":\"" + publicKey + "\",\"signature\":\"" + signature
                    + "\"}";
        }
    }

    /**
     * What a verification found.
     *
     * @param records how many were verified
     * @param firstSequence the first that is kept; 0 when there is none
     * @param lastSequence the last; 0 when there is none
     * @param headHash of the last record
     * @param checkpoints how many signed states were verified
     * @param lastCheckpoint the newest of them, or null
     * @param publicKey the key that signs now, Ed25519 in hex
     * @param problems what is wrong, at most twenty; empty means that the chain is whole
     * @param retention what the retention does
     */
    record Verification(
            long records,
            long firstSequence,
            long lastSequence,
            String headHash,
            long checkpoints,
            Instant lastCheckpoint,
            String publicKey,
            List<Problem> problems,
            Retention retention) {}

    /**
     * @param sequence where it was found
     * @param message what does not fit, for a person
     */
    record Problem(long sequence, String message) {}

    /**
     * @param period how long records are kept; zero for ever
     * @param lastRun when a node last looked for older ones of the tenant, null before the first time
     * @param oldest the oldest record of the tenant, or null
     * @param lag how much longer than the period the oldest has been kept; zero when nothing waits
     */
    record Retention(Duration period, Instant lastRun, Instant oldest, Duration lag) {}

    /** Newest first. */
    Page<Entry> find(String tenantId, Filter filter, PageRequest page);

    /** Oldest first, in transactions of a thousand records each: for exports. The consumer may be slow, and may throw. */
    void read(String tenantId, Filter filter, Consumer<Entry> each);

    /**
     * The lines of an export that proves itself ({@code itests/audit/verify.py}): the records, oldest first, and last the
     * signed state of the chain, made for it. Records that a filter leaves out are missed by a verifier.
     */
    void export(String tenantId, Filter filter, Consumer<String> line);

    /** Oldest first. */
    List<Checkpoint> checkpoints(String tenantId);

    /** Reads everything that is kept of the tenant, and checks every digest, number and signature. */
    Verification verify(String tenantId);

    /** Signs the tenant's chain as it stands, after verifying what is new; does nothing when nothing is new. */
    void checkpoint(String tenantId);

    /**
     * The keys of the tenant's digests, 32 bytes each in hex, by key id. Whoever has one can make records that verify: it is
     * for the operator's own verification, never for the auditor, who needs the public key and the checkpoints only.
     */
    Map<String, String> digestKeys(String tenantId);
}
