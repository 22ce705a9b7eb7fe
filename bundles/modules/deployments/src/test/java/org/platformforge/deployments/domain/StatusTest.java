package org.platformforge.deployments.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class StatusTest {
    @Test
    void leadsNowhereButAlongLegalWays() {
        for (Status from : Status.values()) {
            for (Status to : Status.values()) {
                Status at = from;
                for (Status next : from.to(to)) {
                    assertThat(at.mayBecome(next))
                            .as(from + " to " + to + " by " + at + ", " + next)
                            .isTrue();
                    at = next;
                }
            }
            assertThat(Status.DELETED.to(from)).isEmpty();
            assertThat(from.mayBecome(from)).isFalse();
        }
        assertThat(Status.PENDING.to(Status.RUNNING))
                .isEqualTo(List.of(Status.PROVISIONING, Status.DEPLOYING, Status.RUNNING));
        assertThat(Status.RUNNING.to(Status.DEPLOYING)).isEmpty();
    }
}
