package org.platformforge.kernel.security.testing;

import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.security.Authenticator;
import org.platformforge.kernel.api.security.Secrets;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.security.account.StoredAccountAccess;
import org.platformforge.kernel.security.account.Suspensions;
import org.platformforge.kernel.security.caller.CallerFactory;
import org.platformforge.kernel.security.caller.ChangePoller;
import org.platformforge.kernel.security.caller.CredentialAuthenticator;
import org.platformforge.kernel.security.clock.Housekeeper;
import org.platformforge.kernel.security.clock.PlatformClock;
import org.platformforge.kernel.security.config.SecurityConfig;
import org.platformforge.kernel.security.config.SecuritySettings;
import org.platformforge.kernel.security.config.Settings;
import org.platformforge.kernel.security.idempotency.StoredIdempotencyKeys;
import org.platformforge.kernel.security.key.KeyCache;
import org.platformforge.kernel.security.key.StoredApiKeys;
import org.platformforge.kernel.security.permission.RolePermissions;
import org.platformforge.kernel.security.secret.KeyedSecrets;
import org.platformforge.kernel.security.tenant.StoredTenants;
import org.platformforge.kernel.security.token.JwtAccessTokens;
import org.platformforge.kernel.security.token.RevokedSessions;
import org.platformforge.kernel.security.token.SigningKeys;
import org.platformforge.kernel.security.token.TokenVerifier;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.kernel.store.testing.StoreFixture;

/** One node of the platform: the services of this bundle on a store, wired as the component runtime wires them. */
public final class Node implements AutoCloseable {
    public static final byte[] SECRET_KEY =
            Arrays.copyOf("a secret key of a test".getBytes(StandardCharsets.US_ASCII), 32);
    public static final Set<Caller.Scheme> ANY =
            Set.of(Caller.Scheme.JWT, Caller.Scheme.API_TOKEN, Caller.Scheme.API_KEY);

    public final ManualClock time = new ManualClock();
    public final PlatformClock clock = time.clock();
    public final Store store;
    public final SecuritySettings settings;
    public final Secrets secrets;
    public final RolePermissions permissions;
    public final CallerFactory callers;
    public final StoredTenants tenants;
    public final KeyCache keyCache;
    public final StoredApiKeys apiKeys;
    public final SigningKeys signingKeys;
    public final RevokedSessions revoked;
    public final TokenVerifier verifier;
    public final JwtAccessTokens tokens;
    public final Housekeeper housekeeper = new Housekeeper();
    public final Suspensions suspensions;
    public final StoredAccountAccess access;
    public final ChangePoller poller;
    public final Authenticator authenticator;
    public final StoredIdempotencyKeys idempotency;

    public Node(StoreFixture fixture) {
        this(fixture, Map.of(), SECRET_KEY);
    }

    public Node(StoreFixture fixture, Map<String, Object> values, byte[] secretKey) {
        store = fixture;
        settings = new SecuritySettings(TestConfig.settings(values));
        secrets = new KeyedSecrets(List.of(secretKey));
        permissions = new RolePermissions(settings);
        callers = new CallerFactory(permissions);
        tenants = new StoredTenants(store, fixture.audit(), new NoLimits());
        keyCache = new KeyCache(store, permissions, clock);
        apiKeys = new StoredApiKeys(store, fixture.audit(), fixture.outbox(), keyCache, permissions);
        signingKeys = new SigningKeys(store, secrets, settings, clock, fixture.audit());
        revoked = new RevokedSessions(store);
        verifier = new TokenVerifier(signingKeys, revoked, permissions, settings, clock);
        tokens = new JwtAccessTokens(signingKeys, revoked, settings, clock);
        suspensions = new Suspensions(store);
        access = new StoredAccountAccess(suspensions, keyCache);
        poller = new ChangePoller(store, clock, revoked, signingKeys, keyCache, suspensions, housekeeper);
        authenticator = new CredentialAuthenticator(verifier, keyCache, suspensions, poller);
        idempotency = new StoredIdempotencyKeys(store, secrets, settings, housekeeper);
    }

    public static StoreFixture open(DatabaseKind kind) {
        return StoreFixture.open(kind, StoredTenants.class);
    }

    public Caller user(String tenantId, String... roles) {
        return callers.authenticated(anonymous(), tenantId, "user_1", Set.of(roles));
    }

    public Caller anonymous() {
        return authenticator.authenticate(presented(null, null), ANY);
    }

    public Caller bearer(String token) {
        return authenticator.authenticate(presented("Bearer " + token, null), ANY);
    }

    public Caller apiKey(String key) {
        return authenticator.authenticate(presented(null, key), ANY);
    }

    public static Authenticator.Presented presented(String authorization, String apiKey) {
        return new Authenticator.Presented(authorization, apiKey, "req_1", "192.0.2.7", "test");
    }

    /** As a changed configuration file does. */
    public void configure(Map<String, Object> values) throws ReflectiveOperationException {
        Method modified = SecuritySettings.class.getDeclaredMethod("modified", SecurityConfig.class, Map.class);
        modified.setAccessible(true);
        modified.invoke(settings, TestConfig.of(SecurityConfig.class, values), TestConfig.properties(values));
    }

    public Settings current() {
        return settings.current();
    }

    @Override
    public void close() {
        housekeeper.close();
    }
}
