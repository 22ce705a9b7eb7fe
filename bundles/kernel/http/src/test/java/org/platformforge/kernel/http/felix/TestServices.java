package org.platformforge.kernel.http.felix;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.security.Authenticator;
import org.platformforge.kernel.api.security.IdempotencyKeys;
import org.platformforge.kernel.api.security.RateLimiter;
import org.platformforge.kernel.api.store.AuditLog;
import org.platformforge.kernel.api.store.AuditRecord;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;

/** The kernel's other services as small, exact versions in memory. */
public final class TestServices {
    /**
     * {@code Bearer <tenant>:<permission>,…}, where {@code *} permits everything, or a key that is the tenant's name. In
     * the tenant {@code platform} everybody is an operator but {@code no-operator}.
     */
    public static final class Credentials implements Authenticator {
        @Override
        public Caller authenticate(Presented presented, Set<Caller.Scheme> accepted) {
            String header = presented.authorization();
            boolean keyAlone = presented.apiKey() != null && (header == null || header.isEmpty());
            if (keyAlone && accepted.contains(Caller.Scheme.API_KEY)) {
                return new TestCaller(Caller.Scheme.API_KEY, presented.apiKey(), Set.of("*"), presented);
            }
            if (header == null) {
                return new TestCaller(Caller.Scheme.NONE, "", Set.of(), presented);
            }
            int colon = header.indexOf(':');
            if (!header.startsWith("Bearer ") || colon < 0 || !accepted.contains(Caller.Scheme.JWT)) {
                throw PlatformException.of(ErrorKind.UNAUTHENTICATED, "The credential is not valid");
            }
            Set<String> permissions = Set.of(header.substring(colon + 1).split(","));
            return new TestCaller(
                    Caller.Scheme.JWT, header.substring("Bearer ".length(), colon), permissions, presented);
        }
    }

    /** Signed in a minute ago, by a user agent that begins with {@code user_fresh}; otherwise an hour ago. */
    record TestCaller(Scheme scheme, String tenantId, Set<String> permissions, Authenticator.Presented presented)
            implements Caller {
        @Override
        public String subject() {
            String agent = presented.userAgent();
            return agent != null && agent.startsWith("user_") ? agent : "user_1";
        }

        @Override
        public boolean authenticatedWithin(Duration time) {
            return scheme == Scheme.JWT
                    && (subject().startsWith("user_fresh") || time.compareTo(Duration.ofHours(1)) >= 0);
        }

        @Override
        public Optional<String> onBehalfOf() {
            return Optional.empty();
        }

        @Override
        public Set<String> roles() {
            return tenantId.equals("platform") && !permissions.contains("no-operator") ? Set.of("operator") : Set.of();
        }

        @Override
        public Optional<String> sessionId() {
            return Optional.empty();
        }

        @Override
        public Optional<String> plan() {
            return Optional.empty();
        }

        @Override
        public String requestId() {
            return presented.requestId();
        }

        @Override
        public String remoteAddress() {
            return presented.remoteAddress();
        }

        @Override
        public String userAgent() {
            return presented.userAgent();
        }

        @Override
        public boolean isPermitted(String permission) {
            return permissions.contains("*") || permissions.contains(permission);
        }
    }

    /** Allows as many requests as {@link #left} says. */
    public static final class Limits implements RateLimiter {
        public volatile long left = Long.MAX_VALUE;
        public final Map<String, Long> extensionsLeft = new ConcurrentHashMap<>();
        public final AtomicLong credentialsLeft = new AtomicLong(Long.MAX_VALUE);

        @Override
        public synchronized Decision acquire(
                Dialect dialect, List<String> policies, Caller caller, String remoteAddress) {
            boolean allowed = left > 0;
            left = allowed ? left - 1 : 0;
            return decision("test", allowed, left);
        }

        @Override
        public synchronized Decision acquireExtension(String extensionId, Caller caller, String remoteAddress) {
            long rest = extensionsLeft.getOrDefault(extensionId, Long.MAX_VALUE);
            extensionsLeft.put(extensionId, Math.max(0, rest - 1));
            return decision("extension", rest > 0, Math.max(0, rest - 1));
        }

        @Override
        public Decision credentialAllowance(String remoteAddress) {
            return decision("refused-credentials", credentialsLeft.get() > 0, credentialsLeft.get());
        }

        @Override
        public void credentialRefused(String remoteAddress) {
            credentialsLeft.decrementAndGet();
        }

        private static Decision decision(String policy, boolean allowed, long left) {
            return new Decision(
                    allowed,
                    policy,
                    100,
                    Math.min(left, 99),
                    Duration.ofMinutes(1),
                    Instant.now().plusSeconds(30),
                    allowed ? Duration.ZERO : Duration.ofMillis(1200));
        }

        @Override
        public List<Policy> policies() {
            return List.of();
        }
    }

    /** Remembers answers by caller, operation and key. */
    public static final class Keys implements IdempotencyKeys {
        private record Entry(byte[] fingerprint, SavedResponse response) {}

        private final Map<String, Entry> entries = new ConcurrentHashMap<>();

        @Override
        public Begin begin(Caller caller, String operationId, String key, byte[] fingerprint) {
            Entry before = entries.putIfAbsent(id(caller, operationId, key), new Entry(fingerprint, null));
            if (before == null) {
                return new Begin.Execute(1);
            }
            if (!Arrays.equals(before.fingerprint, fingerprint)) {
                throw PlatformException.of(ErrorKind.UNPROCESSABLE, "The key was used with another payload");
            }
            if (before.response == null) {
                throw PlatformException.of(ErrorKind.CONFLICT, "In flight");
            }
            return new Begin.Replay(before.response);
        }

        @Override
        public void complete(Caller caller, String operationId, String key, long token, SavedResponse response) {
            entries.computeIfPresent(
                    id(caller, operationId, key), (id, entry) -> new Entry(entry.fingerprint, response));
        }

        @Override
        public void release(Caller caller, String operationId, String key, long token) {
            entries.remove(id(caller, operationId, key));
        }

        private static String id(Caller caller, String operationId, String key) {
            return caller.tenantId() + '/' + caller.subject() + '/' + operationId + '/' + key;
        }
    }

    /** An operator at work. */
    public static final Caller OPERATOR = new TestCaller(
            Caller.Scheme.JWT,
            "platform",
            Set.of("*"),
            new Authenticator.Presented(null, null, "req_test", "127.0.0.1", null));

    /** Runs work without any transaction, which {@link Audit} does not need. */
    public static final class NoStore implements Store {
        @Override
        public <T> T call(String tenantId, Work<T> work) {
            try {
                return work.apply(null);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public String databaseKind() {
            return "none";
        }
    }

    public static final class Audit implements AuditLog {
        public final List<AuditRecord> records = new CopyOnWriteArrayList<>();

        @Override
        public void append(Transaction tx, AuditRecord record) {
            records.add(record);
        }

        @Override
        public void refused(AuditRecord record) {
            records.add(record);
        }
    }

    private TestServices() {}
}
