package org.platformforge.kernel.http.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import org.junit.jupiter.api.Test;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;

class BodyWaitersTest {
    private final BodyWaiters waiters = new BodyWaiters(2, 3);

    @Test
    void letsAClientWaitOnlySoOften() {
        BodyWaiters.Place first = waiters.enter("a");
        waiters.enter("a");
        assertRefused("a");
        waiters.enter("b");

        first.close();
        waiters.enter("a");
    }

    @Test
    void leavesThreadsForThoseWhoDoNotWait() {
        waiters.enter("a");
        waiters.enter("b");
        BodyWaiters.Place third = waiters.enter("c");
        assertRefused("d");
        assertRefused("d");

        third.close();
        waiters.enter("d");
    }

    private void assertRefused(String client) {
        assertThatThrownBy(() -> waiters.enter(client))
                .asInstanceOf(type(PlatformException.class))
                .satisfies(e -> {
                    assertThat(e.kind()).isEqualTo(ErrorKind.RATE_LIMITED);
                    assertThat(e.retryAfter()).isPresent();
                });
    }
}
