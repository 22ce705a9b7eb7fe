package org.platformforge.gateway.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
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

    private static FakeEngine engine(double cores) {
        FakeEngine engine = new FakeEngine(APP);
        engine.usage = new Usage(cores, null, 1024L, null);
        return engine;
    }
}
