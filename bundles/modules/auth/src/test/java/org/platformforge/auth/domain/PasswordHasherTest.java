package org.platformforge.auth.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;

class PasswordHasherTest {
    private final PasswordHasher hasher = new PasswordHasher(TestConfig.with(Map.of()));

    @AfterEach
    void close() {
        hasher.close();
    }

    @Test
    void verifiesTheRightPasswordOnly() {
        String hash = hasher.hash("correct horse".toCharArray());
        assertThat(hasher.verify("correct horse".toCharArray(), hash)).isTrue();
        assertThat(hasher.verify("Correct horse".toCharArray(), hash)).isFalse();
        assertThat(hasher.verify(new char[0], hash)).isFalse();
    }

    @Test
    void keepsWhatIsBehindTheSeventySecondByte() {
        String shared = "x".repeat(80);
        String hash = hasher.hash((shared + "a").toCharArray());
        assertThat(hasher.verify((shared + "b").toCharArray(), hash)).isFalse();
    }

    @Test
    void refusesEveryPasswordOfAnUnknownAccount() {
        assertThat(hasher.verify("anything".toCharArray(), null)).isFalse();
    }

    @Test
    void saltsEveryHashAndWritesThePhcFormat() {
        String hash = hasher.hash("secret password".toCharArray());
        assertThat(hash)
                .matches("\\$argon2id\\$v=19\\$m=64,t=2,p=1\\$[A-Za-z0-9+/]{22}\\$[A-Za-z0-9+/]{43}")
                .isNotEqualTo(hasher.hash("secret password".toCharArray()));
    }

    @Test
    void knowsHashesOfAnotherCost() {
        PasswordHasher stronger = new PasswordHasher(TestConfig.with(Map.of("argon2_iterations", 3)));
        try {
            String hash = hasher.hash("secret password".toCharArray());
            assertThat(hasher.outdated(hash)).isFalse();
            assertThat(stronger.outdated(hash)).isTrue();
            assertThat(stronger.verify("secret password".toCharArray(), hash)).isTrue();
        } finally {
            stronger.close();
        }
    }

    @Test
    void turnsAwayWhatDoesNotFitTheQueueAndSaysWhenToComeBack() throws Exception {
        PasswordHasher small = new PasswordHasher(
                TestConfig.with(Map.of("hash_threads", 1, "hash_queue", 1, "argon2_memory_kib", 19456)));
        ExecutorService clients = Executors.newFixedThreadPool(16);
        try {
            CountDownLatch start = new CountDownLatch(1);
            AtomicInteger refused = new AtomicInteger();
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                all.add(clients.submit(() -> {
                    start.await();
                    try {
                        small.hash("secret password".toCharArray());
                    } catch (PlatformException e) {
                        assertThat(e.kind()).isEqualTo(ErrorKind.UNAVAILABLE);
                        assertThat(e.retryAfter()).isPresent();
                        refused.incrementAndGet();
                    }
                    return null;
                }));
            }
            start.countDown();
            for (Future<?> one : all) {
                one.get();
            }
            assertThat(refused.get()).isBetween(1, 15);
        } finally {
            clients.shutdownNow();
            small.close();
        }
    }

    @Test
    void finishesWhatWaitsWhenItsConfigurationChanges() throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(8);
        try {
            List<Future<String>> all = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                all.add(clients.submit(() -> hasher.hash("secret password".toCharArray())));
                if (i % 10 == 0) {
                    hasher.modified(TestConfig.with(Map.of("hash_queue", 32 + i % 3, "argon2_iterations", 2 + i % 2)));
                }
            }
            for (Future<String> one : all) {
                assertThat(hasher.verify("secret password".toCharArray(), one.get()))
                        .isTrue();
            }
        } finally {
            clients.shutdownNow();
        }
    }

    @Test
    void letsOtherThreadsGoFirst() {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/renice")), "There is no renice");
        hasher.hash("secret password".toCharArray());
        await().atMost(Duration.ofSeconds(60)).until(() -> niceness("auth-password-h"), nice -> nice.contains(10));
    }

    /** Of the threads of this process that have the name, which Linux cuts off. */
    private static List<Integer> niceness(String name) throws IOException {
        List<Integer> found = new ArrayList<>();
        try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
            for (Path thread : threads.toList()) {
                try {
                    String stat = Files.readString(thread.resolve("stat"));
                    if (stat.contains('(' + name)) {
                        found.add(Integer.valueOf(
                                stat.substring(stat.lastIndexOf(')') + 2).split(" ")[16]));
                    }
                } catch (IOException e) {
                    // it has ended
                }
            }
        }
        return found;
    }

    @Test
    void refusesAStoredHashOfAnotherKind() {
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> hasher.verify("x".toCharArray(), "$2a$10$abcdefghijklmnopqrstuv"));
    }
}
