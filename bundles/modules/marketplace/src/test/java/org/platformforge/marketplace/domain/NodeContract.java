package org.platformforge.marketplace.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.platformforge.kernel.store.testing.TestCaller.ALICE;
import static org.platformforge.marketplace.testing.TestPlatform.manifest;
import static org.platformforge.marketplace.testing.TestPlatform.wish;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.marketplace.testing.FakeRuntime;

/** What survives restarts, and what nodes take over from each other. */
abstract class NodeContract extends MarketplaceContract {
    NodeContract(DatabaseKind kind) {
        super(kind);
    }

    @Test
    void completesTenInstallationsFiredAtOnceAndHasThemAfterARestart() {
        List<Accepted> all = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            platform.publish(manifest("acme.ext-" + (char) ('a' + i), "1.0.0"));
        }
        for (int i = 0; i < 10; i++) {
            all.add(platform.installations.install(ALICE, "acme.ext-" + (char) ('a' + i), wish(null)));
        }
        platform.restart();
        all.forEach(platform::completed);
        platform.restart();
        platform.runtime.settled = false;
        platform.domain.reconcile();

        assertThat(platform.runtime.settled).isTrue();
        assertThat(platform.runtime.assigned).hasSize(10);
        assertThat(platform.runtime.running).hasSize(10);
    }

    @Test
    void resumesAfterACrashInTheMiddleOfAStart() throws Exception {
        publish("1.0.0");
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch crash = new CountDownLatch(1);
        AtomicBoolean once = new AtomicBoolean(true);
        platform.runtime.onStart = release -> {
            if (once.getAndSet(false)) {
                inside.countDown();
                try {
                    crash.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw FakeRuntime.broken("interrupted");
                }
            }
        };
        Accepted accepted = platform.installations.install(ALICE, ID, wish(null));
        inside.await();
        platform.restart();

        platform.completed(accepted);
        assertThat(serving("ten_a")).isEqualTo("1.0.0");
    }

    @Test
    void oneBrokenExtensionStopsNothingElseAtStart() {
        publish("1.0.0");
        platform.publish(manifest("acme.bad", "1.0.0"));
        platform.publish(manifest("acme.bad", "1.0.1"));
        platform.installed(ALICE, ID, null);
        platform.installed(ALICE, "acme.bad", "1.0.0");
        platform.restart();
        platform.runtime.onStart = release -> {
            if (release.version().equals("1.0.0") && release.extensionId().equals("acme.bad")) {
                throw new IllegalStateException("surprise");
            }
        };

        platform.domain.reconcile();

        assertThat(serving("ten_a")).isEqualTo("1.0.0");
        assertThat(platform.reader.get(ALICE, "acme.bad").problem()).contains("IllegalStateException");
        platform.completed(platform.installations.upgrade(ALICE, "acme.bad", wish("1.0.1")));
        assertThat(platform.reader.get(ALICE, "acme.bad").problem()).isNull();
        platform.domain.poll();
        assertThat(platform.runtime.serving("ten_a", "acme.bad")).isEqualTo("1.0.1");
        assertThat(platform.reader.get(ALICE, "acme.bad").problem()).isNull();
    }

    @Test
    void takesOverWhatAnotherNodeChanged() {
        publish("1.0.0", "1.1.0");
        platform.domain.reconcile();
        platform.installed(ALICE, ID, "1.0.0");
        platform.runtime.forgetEverything();

        platform.domain.poll();
        assertThat(serving("ten_a")).isEqualTo("1.0.0");
        platform.completed(platform.installations.uninstall(ALICE, ID, false));
        platform.runtime.assigned.put(
                "ten_a/" + ID,
                new org.platformforge.kernel.api.extension.ExtensionRuntime.Assignment(
                        "x", null, 0, Map.of(), Map.of()));
        platform.domain.poll();
        assertThat(platform.runtime.assigned).isEmpty();
        assertThat(platform.runtime.log).doesNotContain("erase ten_a");
    }
}
