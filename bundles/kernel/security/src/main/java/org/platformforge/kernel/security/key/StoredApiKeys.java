package org.platformforge.kernel.security.key;

import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
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
            ApiKey key = new ApiKey(
                    Ids.next("key_"),
                    caller.tenantId(),
                    request.type(),
                    accepted.name(),
                    secret.visible(),
                    accepted.plan(),
                    accepted.roles(),
                    accepted.scopes(),
                    person(caller),
                    tx.now(),
                    request.expiresAt(),
                    null,
                    null);
            ApiKeyTable.insert(tx, key, secret);
            record(tx, caller, "apikey.create", "apikey.created", key);
            return new Created(key, secret.text());
        });
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
        Map<String, Object> details = Map.of(
                "name", key.name(),
                "type", key.type().name().toLowerCase(Locale.ROOT),
                "prefix", key.prefix(),
                "plan", key.plan(),
                "roles", List.copyOf(key.roles()),
                "scopes", List.copyOf(key.scopes()));
        audit.append(tx, AuditRecord.success(caller, action, key.id(), details));
        outbox.publish(tx, event, Map.of("id", key.id(), "name", key.name(), "prefix", key.prefix()));
    }

    private static String person(Caller caller) {
        return caller.onBehalfOf().orElse(caller.subject());
    }
}
