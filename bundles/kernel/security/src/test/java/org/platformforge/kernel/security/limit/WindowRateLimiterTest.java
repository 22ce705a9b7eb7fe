package org.platformforge.kernel.security.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.Caller.Scheme;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.security.RateLimiter.Decision;
import org.platformforge.kernel.security.caller.Identity;
import org.platformforge.kernel.security.caller.RequestCaller;
import org.platformforge.kernel.security.config.DataFolder;
import org.platformforge.kernel.security.permission.Grant;

class WindowRateLimiterTest {
    private static final List<String> DIALECTS = List.of();

    private final AtomicLong millis = new AtomicLong(1_800_000_000_000L);
    private final AtomicLong wall = new AtomicLong(1_800_000_000_000L);

    @TempDir
    Path data;

    @Test
    void countsEachExtensionOfEachTenantByItself() {
        WindowRateLimiter limiter = limiter(Map.of("policy.extension", "2/1m per tenant"));
        Caller one = caller(Scheme.JWT, "ten_a", "user_1", null);
        Caller same = caller(Scheme.API_KEY, "ten_a", "key_1", "standard");
        Caller other = caller(Scheme.JWT, "ten_b", "user_1", null);

        assertThat(limiter.acquireExtension("acme.notes", one, "x").remaining()).isOne();
        assertThat(limiter.acquireExtension("acme.notes", same, "y").allowed()).isTrue();
        Decision refused = limiter.acquireExtension("acme.notes", one, "x");
        assertThat(refused.allowed()).isFalse();
        assertThat(refused.policy()).isEqualTo("extension");
        assertThat(refused.retryAfter()).isEqualTo(Duration.ofMinutes(1));
        assertThat(limiter.acquireExtension("acme.tasks", one, "x").remaining()).isOne();
        assertThat(limiter.acquireExtension("acme.notes", other, "x").remaining())
                .isOne();
        assertThat(limiter.acquire(Dialect.PLATFORM_FORGE, DIALECTS, one, "x").remaining())
                .isEqualTo(999);
        assertThat(limiter(Map.of("policy.extension", "unlimited")).acquireExtension("acme.notes", one, "x"))
                .isNull();
        assertThat(limiter.acquireExtension("acme.notes", caller(Scheme.SYSTEM, "*", "system", null), null))
                .isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "PLATFORM_API,   '',    JWT,       '',       platform-api-standard, 100,  60",
        "PLATFORM_API,   '',    API_TOKEN, standard, platform-api-standard, 100,  60",
        "PLATFORM_API,   '',    API_TOKEN, premium,  platform-api-premium,  1000, 60",
        "API_REFERENCE,  '',    JWT,       '',       api-reference-user,    1000, 3600",
        "API_REFERENCE,  '',    API_KEY,   standard, api-reference-key,     5000, 3600",
        "PLATFORM_FORGE, '',    JWT,       '',       platform-forge,        1000, 3600",
        "PLATFORM_FORGE, auth,  NONE,      '',       auth,                  20,   60",
        "PLATFORM_FORGE, admin, JWT,       '',       admin,                 100,  3600",
        "PAAS,           '',    JWT,       '',       paas-address,          100,  60",
        "INFRASTRUCTURE, '',    API_KEY,   standard, infrastructure,        100,  60",
    })
    void everyDocumentedLimitIsInForceByDefault(
            Dialect dialect, String name, Scheme scheme, String plan, String policy, long limit, long seconds) {
        WindowRateLimiter limiter = limiter(Map.of());
        List<String> names = name.isEmpty() ? List.of() : List.of(name);
        Caller caller = caller(scheme, "ten_a", "user_1", plan.isEmpty() ? null : plan);
        for (long i = 1; i <= limit; i++) {
            Decision decision = limiter.acquire(dialect, names, caller, "192.0.2.1");
            assertThat(decision.allowed()).isTrue();
            assertThat(decision.policy()).isEqualTo(policy);
            assertThat(decision.limit()).isEqualTo(limit);
            assertThat(decision.remaining()).isEqualTo(limit - i);
            assertThat(decision.window()).isEqualTo(Duration.ofSeconds(seconds));
        }
        Decision refused = limiter.acquire(dialect, names, caller, "192.0.2.1");
        assertThat(refused.allowed()).isFalse();
        assertThat(refused.remaining()).isZero();
        assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(seconds));
        assertThat(refused.reset()).isEqualTo(Instant.ofEpochMilli(wall.get()).plusSeconds(seconds));
    }

    @Test
    void refusedCredentialsAreCountedByAddressAndAskingTakesNothing() {
        WindowRateLimiter limiter = limiter(Map.of("policy.refused-credentials", "2/1m per address"));
        for (int i = 0; i < 5; i++) {
            assertThat(limiter.credentialAllowance("192.0.2.1").remaining()).isEqualTo(2);
        }
        limiter.credentialRefused("192.0.2.1");
        assertThat(limiter.credentialAllowance("192.0.2.1").allowed()).isTrue();
        limiter.credentialRefused("192.0.2.1");
        Decision refused = limiter.credentialAllowance("192.0.2.1");
        assertThat(refused.allowed()).isFalse();
        assertThat(refused.policy()).isEqualTo("refused-credentials");
        assertThat(refused.retryAfter()).isEqualTo(Duration.ofMinutes(1));
        assertThat(limiter.credentialAllowance("192.0.2.2").allowed()).isTrue();
        pass(60_000);
        assertThat(limiter.credentialAllowance("192.0.2.1").remaining()).isEqualTo(2);
    }

    @Test
    void refusedCredentialsMayBeUnlimited() {
        WindowRateLimiter limiter = limiter(Map.of("policy.refused-credentials", "unlimited"));
        limiter.credentialRefused("192.0.2.1");
        assertThat(limiter.credentialAllowance("192.0.2.1")).isNull();
    }

    @Test
    void theResetIsWhenTheWholeLimitIsThereAgain() {
        WindowRateLimiter limiter = limiter(Map.of("policy.infrastructure", "3/1m per caller"));
        Decision first = take(limiter, "user_1");
        pass(20_000);
        take(limiter, "user_1");
        take(limiter, "user_1");
        Decision refused = take(limiter, "user_1");
        assertThat(refused.allowed()).isFalse();
        assertThat(refused.reset()).isEqualTo(first.reset());
        assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(40));
        pass(39_999);
        assertThat(take(limiter, "user_1").allowed()).isFalse();
        pass(1);
        assertThat(take(limiter, "user_1").remaining()).isEqualTo(2);
    }

    @Test
    void isExactUnderSixtyFourThreads() throws Exception {
        WindowRateLimiter limiter =
                limiter(Map.of("policy.paas-address", "5000/1h per address", "policy.paas-user", "3000/1h per caller"));
        Caller caller = caller(Scheme.JWT, "ten_a", "user_1", null);
        ExecutorService threads = Executors.newFixedThreadPool(64);
        CountDownLatch start = new CountDownLatch(1);
        List<Future<Long>> results = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            results.add(threads.submit(() -> {
                start.await();
                long allowed = 0;
                for (int request = 0; request < 200; request++) {
                    allowed += limiter.acquire(Dialect.PAAS, DIALECTS, caller, "192.0.2.1")
                                    .allowed()
                            ? 1
                            : 0;
                }
                return allowed;
            }));
        }
        start.countDown();
        long allowed = 0;
        for (Future<Long> result : results) {
            allowed += result.get();
        }
        threads.shutdown();
        assertThat(allowed).isEqualTo(3_000);
        Decision address = limiter.acquire(
                Dialect.PAAS, List.of("paas-address"), caller(Scheme.JWT, "ten_a", "user_2", null), "192.0.2.1");
        assertThat(address.remaining()).as("refused requests took nothing").isEqualTo(5_000 - 3_000 - 1);
    }

    @Test
    void takesFromAllPoliciesOrFromNoneAndReportsTheTightest() {
        WindowRateLimiter limiter =
                limiter(Map.of("policy.paas-address", "5/1m per address", "policy.paas-user", "3/1h per caller"));
        Caller one = caller(Scheme.JWT, "ten_a", "user_1", null);
        Caller two = caller(Scheme.JWT, "ten_a", "user_2", null);
        for (int left = 2; left >= 0; left--) {
            Decision decision = limiter.acquire(Dialect.PAAS, DIALECTS, one, "192.0.2.1");
            assertThat(decision.policy()).isEqualTo("paas-user");
            assertThat(decision.remaining()).isEqualTo(left);
        }
        assertThat(limiter.acquire(Dialect.PAAS, DIALECTS, one, "192.0.2.1").policy())
                .isEqualTo("paas-user");
        assertThat(limiter.acquire(Dialect.PAAS, DIALECTS, two, "192.0.2.1").remaining())
                .isEqualTo(1);
        assertThat(limiter.acquire(Dialect.PAAS, DIALECTS, two, "192.0.2.1").remaining())
                .isZero();
        Decision byAddress = limiter.acquire(Dialect.PAAS, DIALECTS, two, "192.0.2.1");
        assertThat(byAddress.policy()).isEqualTo("paas-address");
        assertThat(byAddress.retryAfter()).isEqualTo(Duration.ofMinutes(1));
        Decision both = limiter.acquire(Dialect.PAAS, DIALECTS, one, "192.0.2.1");
        assertThat(both.policy()).as("the one to wait for").isEqualTo("paas-user");
        assertThat(limiter.acquire(Dialect.PAAS, DIALECTS, two, "192.0.2.9").remaining())
                .isZero();
    }

    @Test
    void countsTenantsCallersAndAddressesApart() {
        WindowRateLimiter limiter =
                limiter(Map.of("policy.infrastructure", "1/1m per caller", "policy.admin", "1/1m per tenant"));
        assertThat(take(limiter, "user_1").allowed()).isTrue();
        assertThat(take(limiter, "user_1").allowed()).isFalse();
        assertThat(take(limiter, "user_2").allowed()).isTrue();
        Caller a = caller(Scheme.JWT, "ten_a", "user_1", null);
        Caller sameNameElsewhere = caller(Scheme.JWT, "ten_b", "user_1", null);
        assertThat(limiter.acquire(Dialect.INFRASTRUCTURE, DIALECTS, sameNameElsewhere, "x")
                        .allowed())
                .isTrue();
        List<String> admin = List.of("admin");
        assertThat(limiter.acquire(Dialect.PLATFORM_FORGE, admin, a, "x").allowed())
                .isTrue();
        assertThat(limiter.acquire(Dialect.PLATFORM_FORGE, admin, sameNameElsewhere, "x")
                        .allowed())
                .isTrue();
        assertThat(limiter.acquire(Dialect.PLATFORM_FORGE, admin, caller(Scheme.JWT, "ten_a", "user_9", null), "y")
                        .allowed())
                .isFalse();
    }

    @Test
    void withoutACredentialTheAddressIsCounted() {
        WindowRateLimiter limiter = limiter(Map.of("policy.platform-forge", "1/1m per tenant"));
        Caller nobody = new RequestCaller(Identity.ANONYMOUS, "", "", "");
        assertThat(limiter.acquire(Dialect.PLATFORM_FORGE, DIALECTS, nobody, "192.0.2.1")
                        .allowed())
                .isTrue();
        assertThat(limiter.acquire(Dialect.PLATFORM_FORGE, DIALECTS, nobody, "192.0.2.1")
                        .allowed())
                .isFalse();
        assertThat(limiter.acquire(Dialect.PLATFORM_FORGE, DIALECTS, nobody, "192.0.2.2")
                        .allowed())
                .isTrue();
        assertThat(limiter.acquire(Dialect.PLATFORM_FORGE, DIALECTS, nobody, null)
                        .allowed())
                .isTrue();
        assertThat(limiter.acquire(Dialect.PLATFORM_FORGE, DIALECTS, nobody, null)
                        .allowed())
                .isFalse();
    }

    @Test
    void anIpv6NetworkIsOneAddressHoweverItIsWritten() {
        WindowRateLimiter limiter = limiter(Map.of("policy.auth", "5/1m per address"));
        Caller nobody = new RequestCaller(Identity.ANONYMOUS, "", "", "");
        List<String> auth = List.of("auth");
        String[] spellings = {
            "2001:db8:1:2::1",
            "2001:0DB8:0001:0002:ffff::9",
            "[2001:db8:1:2::7]",
            "2001:db8:1:2:3:4:5:6%eth0",
            "2001:db8:1:2:a::"
        };
        for (String spelling : spellings) {
            assertThat(limiter.acquire(Dialect.PLATFORM_FORGE, auth, nobody, spelling)
                            .allowed())
                    .isTrue();
        }
        assertThat(limiter.acquire(Dialect.PLATFORM_FORGE, auth, nobody, "2001:db8:1:2::8")
                        .allowed())
                .isFalse();
        assertThat(limiter.acquire(Dialect.PLATFORM_FORGE, auth, nobody, "2001:db8:1:3::8")
                        .allowed())
                .isTrue();
        limiter.acquire(Dialect.PLATFORM_FORGE, auth, nobody, "198.51.100.1");
        assertThat(limiter.acquire(Dialect.PLATFORM_FORGE, auth, nobody, "::ffff:198.51.100.1")
                        .remaining())
                .isEqualTo(3);
    }

    @Test
    void thePlatformItselfIsNotLimited() {
        WindowRateLimiter limiter = limiter(Map.of("policy.infrastructure", "0/1m per caller"));
        assertThat(limiter.acquire(Dialect.INFRASTRUCTURE, DIALECTS, caller(Scheme.SYSTEM, "*", "system", null), null))
                .isNull();
        assertThat(take(limiter, "user_1").allowed()).isFalse();
    }

    @Test
    void changedLimitsApplyAtOnceAndKeepWhatWasCounted() {
        WindowRateLimiter limiter = limiter(Map.of("policy.infrastructure", "3/1h per caller"));
        take(limiter, "user_1");
        take(limiter, "user_1");
        limiter.change(policies(Map.of("policy.infrastructure", "10/1h per caller")));
        assertThat(take(limiter, "user_1").remaining()).isEqualTo(7);
        limiter.change(policies(Map.of("policy.infrastructure", "2/1h per caller")));
        assertThat(take(limiter, "user_1").allowed()).isFalse();
        limiter.change(policies(Map.of("policy.infrastructure", "unlimited")));
        assertThat(take(limiter, "user_1")).isNull();
        limiter.change(policies(Map.of("policy.infrastructure", "4/1h per caller")));
        assertThat(take(limiter, "user_1").remaining()).isZero();
        limiter.change(policies(Map.of("policy.infrastructure", "4/10s per caller")));
        Decision shorter = take(limiter, "user_1");
        assertThat(shorter.allowed()).isFalse();
        assertThat(shorter.retryAfter()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void usersOfAPremiumTenantHaveThePremiumLimit() {
        WindowRateLimiter limiter = new WindowRateLimiter(
                Policies.of(Map.of(), "ten_x, ten_a"), 1_024, new DataFolder(data), millis::get, wall::get);
        Caller user = caller(Scheme.JWT, "ten_a", "user_1", null);
        assertThat(limiter.acquire(Dialect.PLATFORM_API, DIALECTS, user, "x").limit())
                .isEqualTo(1_000);
        Caller token = caller(Scheme.API_TOKEN, "ten_a", "key_1", "standard");
        assertThat(limiter.acquire(Dialect.PLATFORM_API, DIALECTS, token, "x").limit())
                .isEqualTo(100);
    }

    @Test
    void anUnknownPolicyNeverMeansNoLimit() {
        WindowRateLimiter limiter = limiter(Map.of());
        Decision decision = limiter.acquire(
                Dialect.INFRASTRUCTURE, List.of("typo"), caller(Scheme.JWT, "ten_a", "user_1", null), "x");
        assertThat(decision.policy()).isEqualTo("infrastructure");
    }

    @Test
    void whatWasCountedSurvivesARestart() {
        Map<String, Object> three = Map.of("policy.infrastructure", "3/1h per caller");
        WindowRateLimiter before = limiter(three);
        take(before, "user_1");
        take(before, "user_1");
        WindowRateLimiter after = limiter(three);
        assertThat(take(after, "user_1").remaining()).isZero();
        assertThat(take(after, "user_1").allowed()).isFalse();
        pass(3_600_000);
        assertThat(take(after, "user_1").allowed()).isTrue();
    }

    @Test
    void aClockSetBackBetweenTwoStartsNeitherResetsNorProlongs() {
        Map<String, Object> one = Map.of("policy.infrastructure", "1/1m per caller");
        take(limiter(one), "user_1");
        pass(-3_600_000);
        WindowRateLimiter after = limiter(one);
        Decision refused = take(after, "user_1");
        assertThat(refused.allowed()).isFalse();
        assertThat(refused.retryAfter()).isEqualTo(Duration.ofMinutes(1));
        pass(60_000);
        assertThat(take(after, "user_1").allowed()).isTrue();
    }

    @Test
    void aWallClockThatIsSetChangesOnlyWhatIsReported() {
        WindowRateLimiter limiter = limiter(Map.of("policy.infrastructure", "1/1m per caller"));
        take(limiter, "user_1");
        wall.addAndGet(-3_600_000);
        Decision refused = take(limiter, "user_1");
        assertThat(refused.retryAfter()).isEqualTo(Duration.ofMinutes(1));
        assertThat(refused.reset()).isEqualTo(Instant.ofEpochMilli(wall.get()).plusSeconds(60));
        wall.addAndGet(7_200_000);
        assertThat(take(limiter, "user_1").allowed()).isFalse();
    }

    /** The clocks are read one after the other, and the thread may have to wait in between. */
    @Test
    void reportsTheSameEndOfAWindowToAll() {
        WindowRateLimiter limiter = limiter(Map.of("policy.infrastructure", "9/1m per caller"));
        Instant reset = take(limiter, "user_1").reset();
        for (long late : new long[] {1, 3, 900, -900, -4}) {
            wall.addAndGet(late);
            assertThat(take(limiter, "user_1").reset()).isEqualTo(reset);
        }
    }

    @Test
    void aFloodOfOthersNeverResetsALimitAndTakesNoMoreMemory() {
        WindowRateLimiter limiter = limiter(Map.of("policy.auth", "2/1h per address"));
        Caller nobody = new RequestCaller(Identity.ANONYMOUS, "", "", "");
        List<String> auth = List.of("auth");
        Map<String, Integer> allowed = new HashMap<>();
        for (int round = 0; round < 4; round++) {
            for (int i = 0; i < 20_000; i++) {
                String address = "10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255);
                if (limiter.acquire(Dialect.PLATFORM_FORGE, auth, nobody, address)
                        .allowed()) {
                    allowed.merge(address, 1, Integer::sum);
                }
            }
            pass(600_000);
        }
        assertThat(allowed.values()).allMatch(count -> count <= 2);
        assertThat(data.resolve("ratelimit/auth.bin")).hasSize(CounterTable.size(1_024));
    }

    @Test
    void aFileThatWasNotWrittenWholeIsMadeAnew() throws IOException {
        Map<String, Object> one = Map.of("policy.infrastructure", "1/1m per caller");
        take(limiter(one), "user_1");
        Path file = data.resolve("ratelimit/infrastructure.bin");
        for (long length : new long[] {0, 1, 64, 1_000, Files.size(file) - 1, Files.size(file) + 1}) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(Math.min(length, channel.size()));
                if (length > channel.size()) {
                    channel.write(ByteBuffer.allocate(1), length - 1);
                }
            }
            WindowRateLimiter again = limiter(one);
            assertThat(take(again, "user_1").allowed()).isTrue();
            assertThat(take(again, "user_1").allowed()).isFalse();
            assertThat(file).hasSize(CounterTable.size(1_024));
        }
    }

    @Test
    void aFolderThatCannotBeWrittenLimitsFromMemory() throws IOException {
        Files.writeString(data.resolve("ratelimit"), "a file in the folder's place");
        WindowRateLimiter limiter = limiter(Map.of("policy.infrastructure", "1/1m per caller"));
        assertThat(take(limiter, "user_1").allowed()).isTrue();
        assertThat(take(limiter, "user_1").allowed()).isFalse();
    }

    private Decision take(WindowRateLimiter limiter, String user) {
        return limiter.acquire(Dialect.INFRASTRUCTURE, DIALECTS, caller(Scheme.JWT, "ten_a", user, null), "192.0.2.1");
    }

    private WindowRateLimiter limiter(Map<String, Object> values) {
        return new WindowRateLimiter(policies(values), 1_024, new DataFolder(data), millis::get, wall::get);
    }

    private static Policies policies(Map<String, Object> values) {
        return Policies.of(values, "");
    }

    private void pass(long time) {
        millis.addAndGet(time);
        wall.addAndGet(time);
    }

    private static Caller caller(Scheme scheme, String tenant, String subject, String plan) {
        Identity identity = new Identity(
                scheme,
                tenant,
                subject,
                Optional.empty(),
                Set.of(),
                Optional.empty(),
                Optional.ofNullable(plan),
                Grant.NONE);
        return new RequestCaller(identity, "req_1", "192.0.2.1", "");
    }
}
