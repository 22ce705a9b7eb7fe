package org.platformforge.kernel.security.key;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.security.ApiKeys.ApiKey;
import org.platformforge.kernel.api.security.ApiKeys.Type;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.kernel.security.caller.Identity;
import org.platformforge.kernel.security.clock.PlatformClock;
import org.platformforge.kernel.security.permission.RolePermissions;

/**
 * API keys into identities. A key's row is read once a minute at most; a revocation removes it here at once, and on
 * other nodes with their next poll. Thread-safe.
 */
@Component(service = KeyCache.class)
public final class KeyCache {
    private static final int REMEMBERED = 20_000;
    private static final Duration REREAD = Duration.ofMinutes(1);
    /** How long the database is not asked again for a key it did not have; nobody asks for a new key beforehand. */
    private static final Duration UNKNOWN = Duration.ofSeconds(5);

    private static final long USE_EVERY_MILLIS = 60_000;
    /** A transaction's time is that of its start: rows are looked for again this far back. */
    private static final Duration OVERLAP = Duration.ofSeconds(60);

    private final Store store;
    private final RolePermissions permissions;
    private final PlatformClock clock;
    private final Cache<String, Entry> entries = Caffeine.newBuilder()
            .maximumSize(REMEMBERED)
            .expireAfterWrite(REREAD)
            .build();
    private final Cache<String, Boolean> unknown = Caffeine.newBuilder()
            .maximumSize(REMEMBERED)
            .expireAfterWrite(UNKNOWN)
            .build();
    private final Map<String, Instant> used = new ConcurrentHashMap<>();
    private Instant seenUntil = Instant.EPOCH;

    @Activate
    public KeyCache(@Reference Store store, @Reference RolePermissions permissions, @Reference PlatformClock clock) {
        this.store = store;
        this.permissions = permissions;
        this.clock = clock;
    }

    private static final class Entry {
        private final Identity identity;
        private final String digest;
        private final Instant end;
        private volatile long lastUsedMillis;

        Entry(Identity identity, String digest, ApiKey key) {
            this.identity = identity;
            this.digest = digest;
            this.end = key.revokedAt() == null ? key.expiresAt() : Instant.EPOCH;
            this.lastUsedMillis =
                    key.lastUsedAt() == null ? 0 : key.lastUsedAt().toEpochMilli();
        }
    }

    public boolean looksLikeKey(String text) {
        return Secret.looksLikeOne(text);
    }

    /** The identity of a valid key; empty for any other text, whatever is wrong with it. */
    public Optional<Identity> verify(String text) {
        Optional<Secret> secret = Secret.parse(text);
        if (secret.isEmpty()) {
            return Optional.empty();
        }
        Entry entry = entry(secret.get().lookup());
        if (entry == null || !secret.get().matches(entry.digest) || !matchesType(secret.get(), entry)) {
            return Optional.empty();
        }
        long now = clock.millis();
        if (entry.end != null && now >= entry.end.toEpochMilli()) {
            return Optional.empty();
        }
        noteUse(secret.get().lookup(), entry, now);
        return Optional.of(entry.identity);
    }

    private static boolean matchesType(Secret secret, Entry entry) {
        return entry.identity.scheme() == scheme(secret.type());
    }

    /** Null for a key that does not exist. */
    private Entry entry(String lookup) {
        if (unknown.getIfPresent(lookup) != null) {
            return null;
        }
        Entry entry = entries.get(lookup, this::read);
        if (entry == null) {
            unknown.put(lookup, Boolean.TRUE);
        }
        return entry;
    }

    private Entry read(String lookup) {
        return store.call(Store.ALL_TENANTS, tx -> ApiKeyTable.byLookup(tx, lookup))
                .map(row -> new Entry(identity(row.key()), row.digest(), row.key()))
                .orElse(null);
    }

    private Identity identity(ApiKey key) {
        Set<String> roles = Identity.effectiveRoles(key.tenantId(), key.roles());
        return new Identity(
                scheme(key.type()),
                key.tenantId(),
                key.id(),
                Optional.of(key.createdBy()),
                roles,
                Optional.empty(),
                Optional.of(key.plan()),
                permissions.grant(roles, key.scopes()));
    }

    private static Caller.Scheme scheme(Type type) {
        return type == Type.KEY ? Caller.Scheme.API_KEY : Caller.Scheme.API_TOKEN;
    }

    private void noteUse(String lookup, Entry entry, long now) {
        if (now - entry.lastUsedMillis >= USE_EVERY_MILLIS) {
            entry.lastUsedMillis = now;
            used.put(lookup, Instant.ofEpochMilli(now));
        }
    }

    /** Reads a key anew at its next use. Waits for a reading that is under way, so no older row is remembered. */
    void forget(String prefix) {
        entries.invalidate(prefix.substring(prefix.indexOf('_') + 1));
    }

    /**
     * Revokes the keys somebody made.
     *
     * @param roles those that have one of these; empty for all
     */
    public int revokeAll(Transaction tx, String tenantId, String createdBy, Set<String> roles) throws SQLException {
        List<ApiKey> revoked = ApiKeyTable.valid(tx, tenantId, createdBy).stream()
                .filter(key -> roles.isEmpty() || key.roles().stream().anyMatch(roles::contains))
                .toList();
        for (ApiKey key : revoked) {
            ApiKeyTable.revoke(tx, tenantId, key.id());
        }
        tx.afterCommit(() -> revoked.forEach(key -> forget(key.prefix())));
        return revoked.size();
    }

    /** Learns what other nodes revoked since the last time. Called by one thread. */
    public void poll(Transaction tx) throws SQLException {
        ApiKeyTable.revokedSince(tx, seenUntil.equals(Instant.EPOCH) ? tx.now() : seenUntil)
                .forEach(entries::invalidate);
        seenUntil = tx.now().minus(OVERLAP);
    }

    /** Writes down when keys were used; a use that cannot be written now is written the next time. */
    public void flushUses() {
        Map<String, Instant> uses = new HashMap<>(used);
        if (uses.isEmpty()) {
            return;
        }
        store.run(Store.ALL_TENANTS, tx -> ApiKeyTable.used(tx, uses));
        uses.forEach(used::remove);
    }
}
