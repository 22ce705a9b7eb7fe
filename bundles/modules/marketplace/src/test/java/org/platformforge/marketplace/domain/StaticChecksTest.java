package org.platformforge.marketplace.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.platformforge.extension.verifier.Verification;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;

class StaticChecksTest {
    private static final Path FILE = Path.of("acme.jar");

    @Test
    void checksFewAtOnceAndSendsOthersAwayInTheEnd() throws Exception {
        CountDownLatch inside = new CountDownLatch(2);
        CountDownLatch goOn = new CountDownLatch(1);
        StaticChecks checks = new StaticChecks(
                file -> {
                    inside.countDown();
                    await(goOn);
                    return new Verification(Optional.empty(), "", 0, List.of());
                },
                Duration.ofMillis(50));
        ExecutorService threads = Executors.newFixedThreadPool(2);
        Future<?> first = threads.submit(() -> checks.artifact(FILE));
        Future<?> second = threads.submit(() -> checks.artifact(FILE));
        inside.await();

        PlatformException refusal = catchThrowableOfType(PlatformException.class, () -> checks.artifact(FILE));

        assertThat(refusal.kind()).isEqualTo(ErrorKind.UNAVAILABLE);
        assertThat(refusal.retryAfter()).isPresent();
        goOn.countDown();
        first.get();
        second.get();
        threads.shutdown();
        assertThat(checks.artifact(FILE).findings()).isEmpty();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
