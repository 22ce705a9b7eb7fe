package org.platformforge.kernel.security.key;

import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.Ids;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.security.ApiKeys;
import org.platformforge.kernel.api.store.AuditLog;
import org.platformforge.kernel.api.store.AuditRecord;
import org.platformforge.kernel.api.store.Outbox;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.kernel.security.db.Cursors;
import org.platformforge.kernel.security.permission.RolePermissions;

/** {@link ApiKeys} in the database; record, audit and event commit together. */
@Component
public final class StoredApiKeys implements ApiKeys {
    /** Nodes remember a key for a minute. */
    private static final Duration SHORTEST_GRACE = Duration.ofMinutes(1);

    private static final Duration LONGEST_GRACE = Duration.ofDays(7);

    private final Store store;
    private final AuditLog audit;
    private final Outbox outbox;
    private final KeyCache cache;
    private final KeyRequestRules rules;
    private final SecureRandom random = new SecureRandom();

    @Activate
    public StoredApiKeys(
            @Reference Store store,
            @Reference AuditLog audit,
            @Reference Outbox outbox,
            @Reference KeyCache cache,
            @Reference RolePermissions permissions) {
        this.store = store;
        this.audit = audit;
        this.outbox = outbox;
        this.cache = cache;
        this.rules = new KeyRequestRules(permissions);
    }

    @Override
    public Created create(Caller caller, NewApiKey request) {
        caller.require("apikey:create");
        return store.call(caller.tenantId(), tx -> {
            KeyRequestRules.Accepted accepted = rules.check(caller, request, tx.now());
            Secret secret = Secret.generate(request.type(), random);
            ApiKey key = made(tx, caller, request.type(), accepted, secret, request.expiresAt());
            ApiKeyTable.insert(tx, key, secret);
            record(tx, caller, "apikey.create", "apikey.created", key);
            return new Created(key, secret.text());
        });
    }

    private static ApiKey made(
            Transaction tx,
            Caller caller,
            Type type,
            KeyRequestRules.Accepted accepted,
            Secret secret,
            Instant expiresAt) {
        return new ApiKey(
                Ids.next("key_"),
                caller.tenantId(),
                type,
                accepted.name(),
                secret.visible(),
                accepted.plan(),
                accepted.roles(),
                accepted.scopes(),
                person(caller),
                tx.now(),
                expiresAt,
                null,
                null,
                null);
    }

    @Override
    public Created rotate(Caller caller, String id, Duration grace, Instant expiresAt) {
        caller.require("apikey:create");
        if (!grace.isZero() && (grace.compareTo(SHORTEST_GRACE) < 0 || grace.compareTo(LONGEST_GRACE) > 0)) {
            throw PlatformException.invalid(
                    "grace_seconds",
                    "must be 0, or " + SHORTEST_GRACE.toSeconds() + " to " + LONGEST_GRACE.toSeconds());
        }
        return store.call(caller.tenantId(), tx -> {
            ApiKey old = ApiKeyTable.byId(tx, caller.tenantId(), id)
                    .orElseThrow(() -> PlatformException.notFound("API key", id));
            Created successor = successor(tx, caller, old, expiresAt);
            Instant end = grace.isZero() ? null : earlier(tx.now().plus(grace), old.expiresAt());
            if (!ApiKeyTable.rotate(tx, old, successor.key().id(), end)) {
                throw over(old.id());
            }
            record(
                    tx,
                    caller,
                    "apikey.rotate",
                    "apikey.rotated",
                    old,
                    Map.of("rotated_to", successor.key().id()));
            tx.afterCommit(() -> cache.forget(old.prefix()));
            return successor;
        });
    }

    private Created successor(Transaction tx, Caller caller, ApiKey old, Instant expiresAt) throws SQLException {
        boolean own = old.createdBy().equals(person(caller));
        if (!own) {
            caller.require("apikey:revoke-any");
        }
        Instant now = tx.now();
        boolean expired = old.expiresAt() != null && !old.expiresAt().isAfter(now);
        if (expired || old.revokedAt() != null || old.rotatedTo() != null) {
            throw over(old.id());
        }
        Instant end = expiresAt == null && old.expiresAt() != null
                ? now.plus(Duration.between(old.createdAt(), old.expiresAt()))
                : expiresAt;
        // what an operator has granted stays with whom it was granted to
        String plan = own ? null : old.plan();
        KeyRequestRules.Accepted accepted =
                rules.check(caller, new NewApiKey(old.type(), old.name(), plan, old.roles(), old.scopes(), end), now);
        Secret secret = Secret.generate(old.type(), random);
        ApiKey key = made(tx, caller, old.type(), accepted.withPlan(old.plan()), secret, end);
        ApiKeyTable.insert(tx, key, secret);
        return new Created(key, secret.text());
    }

    private static Instant earlier(Instant one, Instant other) {
        return other == null || one.isBefore(other) ? one : other;
    }

    private static PlatformException over(String id) {
        return PlatformException.of(
                ErrorKind.CONFLICT, "The API key " + id + " was revoked or rotated already, or has expired");
    }

    @Override
    public Page<ApiKey> list(Caller caller, PageRequest page) {
        caller.require("apikey:read");
        String before = Cursors.position(page);
        return store.call(caller.tenantId(), tx -> {
            List<ApiKey> found = ApiKeyTable.page(tx, caller.tenantId(), page, before);
            return Cursors.page(found, page, ApiKeyTable.count(tx, caller.tenantId()), ApiKey::id);
        });
    }

    @Override
    public Optional<ApiKey> find(Caller caller, String id) {
        caller.require("apikey:read");
        return store.call(caller.tenantId(), tx -> ApiKeyTable.byId(tx, caller.tenantId(), id));
    }

    @Override
    public ApiKey revoke(Caller caller, String id) {
        caller.require("apikey:revoke");
        ApiKey revoked = store.call(caller.tenantId(), tx -> revoke(tx, caller, id));
        cache.forget(revoked.prefix());
        return revoked;
    }

    private ApiKey revoke(Transaction tx, Caller caller, String id) throws SQLException {
        ApiKey key = ApiKeyTable.byId(tx, caller.tenantId(), id)
                .orElseThrow(() -> PlatformException.notFound("API key", id));
        if (!key.createdBy().equals(person(caller))) {
            caller.require("apikey:revoke-any");
        }
        if (key.revokedAt() != null) {
            return key;
        }
        ApiKeyTable.revoke(tx, caller.tenantId(), id);
        record(tx, caller, "apikey.revoke", "apikey.revoked", key);
        return ApiKeyTable.byId(tx, caller.tenantId(), id).orElseThrow();
    }

    private void record(Transaction tx, Caller caller, String action, String event, ApiKey key) {
        record(tx, caller, action, event, key, Map.of());
    }

    private void record(
            Transaction tx, Caller caller, String action, String event, ApiKey key, Map<String, Object> more) {
        Map<String, Object> details = new HashMap<>(Map.of(
                "name", key.name(),
                "type", key.type().name().toLowerCase(Locale.ROOT),
                "prefix", key.prefix(),
                "plan", key.plan(),
                "roles", List.copyOf(key.roles()),
                "scopes", List.copyOf(key.scopes())));
        details.putAll(more);
        audit.append(tx, AuditRecord.success(caller, action, key.id(), details));
        outbox.publish(tx, event, Map.of("id", key.id(), "name", key.name(), "prefix", key.prefix()));
    }

    private static String person(Caller caller) {
        return caller.onBehalfOf().orElse(caller.subject());
    }
}
