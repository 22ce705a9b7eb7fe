package org.platformforge.delivery.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.platformforge.delivery.testing.FakeEngines;
import org.platformforge.kernel.api.delivery.Resources.Seen;
import org.platformforge.kernel.api.jobs.OperationException;

class LooksTest {
    private final Looks looks = new Looks();
    private final Queue<Optional<Seen>> answers = new ArrayDeque<>();
    private final FakeEngines engines = new FakeEngines() {
        @Override
        public Optional<Seen> find(String tenantId, String id) {
            return answers.remove();
        }
    };

    private void willSee(String state, String restarts) {
        answers.add(Optional.of(new Seen(
                "res-1",
                "rel-1",
                "instance-1",
                "application",
                "test",
                state,
                "detail",
                Map.of(),
                Map.of("restarts", restarts),
                null,
                Instant.EPOCH)));
    }

    private boolean look(String... ids) throws OperationException {
        return looks.allWell(engines, "tnt-1", List.of(ids));
    }

    @Test
    void failsAtTheThirdBadLookOnEndAndNotBefore() throws Exception {
        willSee("failed", "0");
        willSee("failed", "0");
        willSee("failed", "0");

        assertThat(look("res-1")).isFalse();
        assertThat(look("res-1")).isFalse();
        assertThatThrownBy(() -> look("res-1"))
                .isInstanceOfSatisfying(
                        OperationException.class, e -> assertThat(e.code()).isEqualTo("RELEASE_UNHEALTHY"))
                .hasMessageContaining("failed, detail");
    }

    @Test
    void forgetsBadLooksAtAGoodOne() throws Exception {
        for (String state : List.of("failed", "failed", "running", "failed", "failed")) {
            willSee(state, "0");
            assertThat(look("res-1")).isEqualTo(state.equals("running"));
        }
    }

    @Test
    void countsRoundsWhicheverInstanceWasBad() throws Exception {
        willSee("running", "0");
        willSee("failed", "0");
        assertThat(look("res-1", "res-2")).isFalse();
        willSee("failed", "0");
        assertThat(look("res-1", "res-2")).isFalse();
        willSee("running", "0");
        willSee("failed", "0");
        assertThatThrownBy(() -> look("res-1", "res-2")).hasMessageContaining("res-2");
    }

    @Test
    void failsAtOnceWhatWasStartedAgainOrIsGone() {
        willSee("running", "1");
        assertThatThrownBy(() -> look("res-1"))
                .isInstanceOfSatisfying(
                        OperationException.class, e -> assertThat(e.code()).isEqualTo("RELEASE_UNHEALTHY"));
        answers.add(Optional.empty());
        assertThatThrownBy(() -> look("res-1")).hasMessageContaining("it is gone");
    }

    @Test
    void triesAgainWhenNobodyCanSay() {
        willSee("unknown", "0");
        assertThatThrownBy(() -> look("res-1"))
                .isInstanceOfSatisfying(
                        OperationException.class, e -> assertThat(e.code()).isEqualTo("ENGINE_MISSING"));
    }
}
