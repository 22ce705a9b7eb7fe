package org.platformforge.auth.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.Ids;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.license.LicenseStatus;
import org.platformforge.kernel.api.license.Licensing;
import org.platformforge.kernel.api.security.AccessTokens;
import org.platformforge.kernel.api.security.Callers;
import org.platformforge.kernel.api.security.Roles;
import org.platformforge.kernel.api.security.Tenants;
import org.platformforge.kernel.api.store.Transaction;

/** The neighbours of the auth module, as far as it talks to them. */
final class Fakes {
    private Fakes() {}

    record TestCaller(
            Scheme scheme,
            String tenantId,
            String subject,
            Set<String> roles,
            Optional<String> sessionId,
            String remoteAddress)
            implements Caller {
        TestCaller(Scheme scheme, String tenantId, String subject, Set<String> roles, Optional<String> sessionId) {
            this(scheme, tenantId, subject, roles, sessionId, "192.0.2.1");
        }

        static TestCaller anonymous() {
            return new TestCaller(Scheme.NONE, "", "anonymous", Set.of(), Optional.empty());
        }

        @Override
        public Optional<String> onBehalfOf() {
            return Optional.empty();
        }

        @Override
        public Optional<String> plan() {
            return Optional.empty();
        }

        @Override
        public String requestId() {
            return "req_test";
        }

        @Override
        public String userAgent() {
            return "test";
        }

        @Override
        public boolean isPermitted(String permission) {
            return true;
        }
    }

    static final class TestCallers implements Callers {
        @Override
        public Caller system(String tenantId) {
            return new TestCaller(Caller.Scheme.SYSTEM, tenantId, "system", Set.of(), Optional.empty());
        }

        @Override
        public Caller shell(String tenantId, String subject, Set<String> roles) {
            return new TestCaller(Caller.Scheme.SYSTEM, tenantId, subject, roles, Optional.empty());
        }

        @Override
        public Caller authenticated(Caller request, String tenantId, String userId, Set<String> roles) {
            return new TestCaller(
                    Caller.Scheme.JWT, tenantId, userId, roles, Optional.empty(), request.remoteAddress());
        }
    }

    /** The real one, which counts. */
    static final class CountingHasher extends PasswordHasher {
        private final AtomicLong runs = new AtomicLong();

        CountingHasher(AuthConfig config) {
            super(config);
        }

        long runs() {
            return runs.get();
        }

        @Override
        public String hash(char[] password) {
            runs.incrementAndGet();
            return super.hash(password);
        }

        @Override
        public boolean verify(char[] password, String encoded) {
            runs.incrementAndGet();
            return super.verify(password, encoded);
        }
    }

    static final class TestAccessTokens implements AccessTokens {
        final List<String> revoked = new CopyOnWriteArrayList<>();
        volatile boolean mfaRequired;

        @Override
        public String issue(Claims claims) {
            return "access:" + claims.sessionId();
        }

        @Override
        public Duration lifetime() {
            return Duration.ofHours(1);
        }

        @Override
        public boolean requiresMfa(String tenantId) {
            return mfaRequired;
        }

        @Override
        public Map<String, Object> jwks() {
            return Map.of("keys", List.of());
        }

        @Override
        public void rotateKeys() {
            throw new UnsupportedOperationException("not used here");
        }

        @Override
        public void revokeSession(String tenantId, String sessionId) {
            revoked.add(sessionId);
        }

        @Override
        public void revokeSession(Transaction tx, String tenantId, String sessionId) {
            tx.afterCommit(() -> revoked.add(sessionId));
        }
    }

    static final class TestRoles implements Roles {
        @Override
        public Map<String, Set<String>> all() {
            return Map.of(
                    "operator",
                    Set.of("*"),
                    "admin",
                    Set.of("*"),
                    "developer",
                    Set.of("x:y"),
                    "viewer",
                    Set.of("*:read"));
        }

        @Override
        public boolean mayGrant(Caller caller, String role) {
            boolean leads = caller.roles().contains("admin") || caller.roles().contains("operator");
            return caller.roles().contains(role) || leads && !role.equals("operator");
        }
    }

    static final class TestTenants implements Tenants {
        @Override
        public Tenant create(Transaction tx, Caller actor, String name) {
            return new Tenant(Ids.next("ten_"), name, Instant.EPOCH);
        }

        @Override
        public Tenant create(Caller actor, String name) {
            return create(null, actor, name);
        }

        @Override
        public Optional<Tenant> find(String id) {
            return Optional.empty();
        }

        @Override
        public Page<Tenant> list(PageRequest page) {
            return new Page<>(List.of(), 0, Optional.empty());
        }
    }

    /** A licence that allows everything. */
    static final class NoLimits implements Licensing {
        @Override
        public LicenseStatus status() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void requireWritable(long bundleId) {
            // everything is
        }

        @Override
        public void requireRoom(String limit, LongSupplier used) {
            // there is
        }
    }
}
