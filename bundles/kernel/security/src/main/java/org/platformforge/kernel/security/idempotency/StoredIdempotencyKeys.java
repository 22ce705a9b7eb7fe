package org.platformforge.kernel.security.idempotency;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.security.IdempotencyKeys;
import org.platformforge.kernel.api.security.Secrets;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.kernel.security.clock.Housekeeper;
import org.platformforge.kernel.security.config.SecuritySettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@link IdempotencyKeys} in the database. An execution holds a lease that this node renews while it lasts; after a
 * crash the lease ends and the next request with the key executes. Answers may hold secrets shown once, so they are
 * sealed at rest.
 */
@Component
public final class StoredIdempotencyKeys implements IdempotencyKeys {
    private static final Logger LOG = LoggerFactory.getLogger(StoredIdempotencyKeys.class);
    private static final int LONGEST_KEY = 255;
    private static final int LARGEST_BODY = 1 << 20;
    private static final int RENEWALS_PER_LEASE = 3;
    /** Derby locks the whole table from 5000 rows. */
    private static final int REMOVED_AT_ONCE = 1000;

    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration CLEAN = Duration.ofMinutes(10);
    /** An execution that is neither completed nor released was lost inside this node: it is not renewed for ever. */
    private static final Duration LONGEST_EXECUTION = Duration.ofMinutes(30);

    private static final String PURPOSE = "idempotency";
    private static final String NO_TENANT = "-";

    private final Store store;
    private final Secrets secrets;
    private final SecuritySettings settings;
    private final IdempotencyTable table;
    private final SecureRandom random = new SecureRandom();
    private final Map<Long, Execution> executing = new ConcurrentHashMap<>();
    private final AutoCloseable renewing;
    private final AutoCloseable cleaning;
    private long renewedAtNanos = System.nanoTime();

    /** @param tenantId the tenant of the row; {@code -} for callers without one */
    record Scope(String tenantId, String hash) {
        String transactionTenant() {
            return tenantId.equals(NO_TENANT) ? Store.ALL_TENANTS : tenantId;
        }
    }

    private record Execution(Scope scope, long beganAtNanos) {}

    @Activate
    public StoredIdempotencyKeys(
            @Reference Store store,
            @Reference Secrets secrets,
            @Reference SecuritySettings settings,
            @Reference Housekeeper housekeeper) {
        this.store = store;
        this.secrets = secrets;
        this.settings = settings;
        this.table = new IdempotencyTable("postgresql".equals(store.databaseKind()));
        this.renewing = housekeeper.every(LOOK, "Renewing idempotency leases", this::renewInTime);
        this.cleaning = housekeeper.every(CLEAN, "Removing old idempotency keys", this::clean);
    }

    @Deactivate
    void close() throws Exception {
        renewing.close();
        cleaning.close();
    }

    @Override
    public Begin begin(Caller caller, String operationId, String key, byte[] fingerprint) {
        if (key == null || key.isBlank() || key.length() > LONGEST_KEY) {
            throw PlatformException.invalid("Idempotency-Key", "must be 1 to " + LONGEST_KEY + " characters");
        }
        Scope scope = scope(caller, operationId, key);
        String print = HexFormat.of().formatHex(fingerprint);
        long token = random.nextLong();
        Begin begin = store.call(scope.transactionTenant(), tx -> begin(tx, scope, print, token));
        if (begin instanceof Begin.Execute) {
            executing.put(token, new Execution(scope, System.nanoTime()));
        }
        return begin;
    }

    private Begin begin(Transaction tx, Scope scope, String fingerprint, long token) throws SQLException {
        IdempotencyTable.Row fresh = new IdempotencyTable.Row(
                token, fingerprint, IdempotencyTable.EXECUTING, tx.now().plus(lease()), null, end(tx));
        if (table.insert(tx, scope, fresh)) {
            return new Begin.Execute(token);
        }
        IdempotencyTable.Row found = table.lock(tx, scope);
        if (found == null || !found.expiresAt().isAfter(tx.now())) {
            return takeOver(tx, scope, fresh);
        }
        if (!found.fingerprint().equals(fingerprint)) {
            throw PlatformException.of(
                    ErrorKind.UNPROCESSABLE, "This Idempotency-Key was used for a different request");
        }
        if (found.state().equals(IdempotencyTable.DONE)) {
            return new Begin.Replay(opened(scope, found.response()));
        }
        if (found.leaseUntil().isAfter(tx.now())) {
            throw PlatformException.of(
                            ErrorKind.CONFLICT, "The first request with this Idempotency-Key is still in progress")
                    .withRetryAfter(Duration.ofSeconds(1));
        }
        return takeOver(tx, scope, fresh);
    }

    private Begin takeOver(Transaction tx, Scope scope, IdempotencyTable.Row fresh) throws SQLException {
        if (table.replace(tx, scope, fresh) || table.insert(tx, scope, fresh)) {
            return new Begin.Execute(fresh.token());
        }
        throw PlatformException.of(
                        ErrorKind.CONFLICT, "The first request with this Idempotency-Key is still in progress")
                .withRetryAfter(Duration.ofSeconds(1));
    }

    @Override
    public void complete(Caller caller, String operationId, String key, long token, SavedResponse response) {
        Scope scope = scope(caller, operationId, key);
        boolean keep = response.body() == null || response.body().length <= LARGEST_BODY;
        boolean kept;
        try {
            String sealed = keep
                    ? secrets.seal(PURPOSE, scope.hash(), ResponseCodec.encode(response))
                    : IdempotencyTable.TOO_LARGE;
            kept = store.call(scope.transactionTenant(), tx -> table.complete(tx, scope, token, sealed, end(tx)));
        } finally {
            // also when the store is away: a lease nobody renews ends, and the key is free again
            executing.remove(token);
        }
        if (!kept) {
            LOG.warn("An execution of {} outlived its lease; its answer is not kept", operationId);
        }
    }

    @Override
    public void release(Caller caller, String operationId, String key, long token) {
        Scope scope = scope(caller, operationId, key);
        executing.remove(token);
        store.run(scope.transactionTenant(), tx -> table.release(tx, scope, token));
    }

    private SavedResponse opened(Scope scope, String sealed) {
        if (IdempotencyTable.TOO_LARGE.equals(sealed)) {
            throw PlatformException.of(
                    ErrorKind.CONFLICT,
                    "The request with this Idempotency-Key was executed; its answer was larger than " + LARGEST_BODY
                            + " bytes and is not kept");
        }
        try {
            return ResponseCodec.decode(secrets.open(PURPOSE, scope.hash(), sealed));
        } catch (IllegalArgumentException e) {
            throw PlatformException.of(
                            ErrorKind.CONFLICT,
                            "The request with this Idempotency-Key was executed; its answer cannot be read any more")
                    .withCause(e);
        }
    }

    private void renewInTime() {
        long interval = lease().dividedBy(RENEWALS_PER_LEASE).minus(LOOK).toNanos();
        if (System.nanoTime() - renewedAtNanos >= interval) {
            renew();
            renewedAtNanos = System.nanoTime();
        }
    }

    /** Extends the leases of what this node is executing. */
    void renew() {
        executing
                .values()
                .removeIf(execution -> System.nanoTime() - execution.beganAtNanos() > LONGEST_EXECUTION.toNanos());
        Map<Long, Execution> current = Map.copyOf(executing);
        if (!current.isEmpty()) {
            store.run(Store.ALL_TENANTS, tx -> {
                for (Map.Entry<Long, Execution> entry : current.entrySet()) {
                    table.renew(
                            tx,
                            entry.getValue().scope(),
                            entry.getKey(),
                            tx.now().plus(lease()));
                }
            });
        }
    }

    void clean() {
        int last;
        do {
            last = store.call(Store.ALL_TENANTS, tx -> table.deleteExpired(tx, REMOVED_AT_ONCE));
        } while (last == REMOVED_AT_ONCE);
    }

    private Duration lease() {
        return settings.current().idempotencyLease();
    }

    private Instant end(Transaction tx) {
        return tx.now().plus(settings.current().idempotencyRetention());
    }

    /** A hash, so that no key is too long for an index or alike to another under a collation. */
    private static Scope scope(Caller caller, String operationId, String key) {
        boolean anonymous = caller.scheme() == Caller.Scheme.NONE;
        String who = anonymous ? "address " + caller.remoteAddress() : "subject " + caller.subject();
        String text = who + '\n' + operationId + '\n' + key;
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return new Scope(
                    anonymous ? NO_TENANT : caller.tenantId(), HexFormat.of().formatHex(hash));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is not available", e);
        }
    }
}
