package org.platformforge.gateway.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.platformforge.extension.api.driver.Driver;
import org.platformforge.extension.api.driver.Driver.Usage;
import org.platformforge.gateway.testing.FakeEngine;
import org.platformforge.kernel.api.module.Generations.Stage;
import org.platformforge.kernel.store.testing.TestGenerations;

/** Two generations of one engine: which of them is asked. */
class BackendsTest {
    private static final String APP = "res-app";

    private final Backends backends = new Backends();
    private final TestGenerations generations = new TestGenerations();
    private final FakeEngine older = engine(0.1);
    private final FakeEngine newer = engine(0.2);

    @Test
    void aCandidateThatIsNeverAcceptedIsNeverAsked() {
        backends.bindGenerations(generations);
        backends.add(older, 10, 100);
        generations.become(Map.of(20L, Stage.CANDIDATE));
        backends.add(newer, 20, 200);
        newer.state = Driver.State.FAILED;

        assertThat(backends.usage(APP)).contains(older.usage);
        assertThat(backends.isAway(APP)).isFalse();

        generations.become(Map.of(10L, Stage.DRAINING)); // it is stopped, and nobody has its place
        assertThat(backends.usage(APP)).contains(older.usage);
    }

    @Test
    void aCandidateAloneIsAsIfThereWereNoEngine() {
        backends.bindGenerations(generations);
        generations.become(Map.of(20L, Stage.CANDIDATE));
        backends.add(newer, 20, 200);

        assertThat(backends.usage(APP)).isEmpty();
        assertThat(backends.isAway("res-unknown")).isFalse();
    }

    @Test
    void theBundleThatActsIsAskedWhicheverIsNewer() {
        backends.bindGenerations(generations);
        backends.add(newer, 20, 100);
        backends.add(older, 10, 200);

        generations.become(Map.of(10L, Stage.ACTING, 20L, Stage.CANDIDATE));
        assertThat(backends.usage(APP)).contains(older.usage);
        generations.become(Map.of(10L, Stage.DRAINING, 20L, Stage.ACTING));
        assertThat(backends.usage(APP)).contains(newer.usage);
    }

    @Test
    void theNewestIsAskedWhileNobodyDecides() {
        backends.add(newer, 20, 100);
        backends.add(older, 10, 200);

        assertThat(backends.usage(APP)).contains(newer.usage);
    }

    @Test
    void anEngineThatDoesNotAnswerIsLeftAloneForAWhile() {
        AtomicLong now = new AtomicLong();
        AtomicInteger asked = new AtomicInteger();
        AtomicBoolean reachable = new AtomicBoolean();
        FakeEngine remote = new FakeEngine("res-remote") {
            @Override
            public String engine() {
                return "remote";
            }

            @Override
            public Optional<Observation> observe(String resourceId) {
                asked.incrementAndGet();
                if (!reachable.get()) {
                    throw new IllegalStateException("cannot be reached");
                }
                return super.observe(resourceId);
            }
        };
        Backends patient = new Backends(now::get);
        patient.add(remote, 5, 50);
        patient.add(older, 10, 100);

        for (int i = 0; i < 3; i++) {
            assertThat(patient.isAway("res-remote")).as("it may hold it").isFalse();
        }
        assertThat(asked).hasValue(1);
        older.state = Driver.State.FAILED;
        assertThat(patient.isAway(APP)).as("its own engine says so").isTrue();

        now.addAndGet(TimeUnit.SECONDS.toNanos(11));
        reachable.set(true);
        remote.state = Driver.State.FAILED;
        assertThat(patient.isAway("res-remote")).isTrue();
        assertThat(asked).hasValue(2);
        assertThat(patient.isAway("res-unknown")).as("nobody holds it").isTrue();
        assertThat(patient.isAway(APP)).isTrue();
        assertThat(asked).as("the engine that knew it is asked first").hasValue(3);
    }

    private static FakeEngine engine(double cores) {
        FakeEngine engine = new FakeEngine(APP);
        engine.usage = new Usage(cores, null, 1024L, null);
        return engine;
    }
}
