package org.platformforge.catalog.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.platformforge.catalog.rest.ServiceViews.ReleaseView;
import org.platformforge.kernel.api.delivery.DeployRequest.Build;
import org.platformforge.kernel.api.delivery.DeployRequest.Rollout;
import org.platformforge.kernel.api.delivery.DeployRequest.Run;
import org.platformforge.kernel.api.delivery.DeployRequest.Scale;
import org.platformforge.kernel.api.delivery.DeployRequest.Strategy;
import org.platformforge.kernel.api.delivery.Release;
import org.platformforge.kernel.api.delivery.Release.Status;

class WireMapperTest {
    private static Release release(int number, Status status) {
        return new Release(
                "rel-" + number,
                "ten_a",
                "shop",
                "staging",
                number,
                "v" + number,
                "https://github.com/acme/shop",
                null,
                "c".repeat(40),
                "sha256:" + "a".repeat(64),
                Build.NONE,
                new Run("./shop", null, null, null, Map.of(), Map.of()),
                new Scale(1, null, null, null),
                new Rollout(Strategy.ROLLING, 10, 0),
                status,
                null,
                "op-" + number,
                null,
                "alice",
                Instant.EPOCH,
                Instant.EPOCH);
    }

    /** Whatever the release itself says: whether its artifact is kept it does not know. */
    @Test
    void offersARollbackToThoseThatCanBeBroughtBackOnly() {
        List<Release> page =
                List.of(release(3, Status.ACTIVE), release(2, Status.SUPERSEDED), release(1, Status.SUPERSEDED));

        assertThat(WireMapper.releases(page, Set.of("rel-2", "rel-of-another-page")))
                .extracting(ReleaseView::eligibleForRollback)
                .containsExactly(false, true, false);
        assertThat(WireMapper.release(page.get(1), Set.of("rel-2"), List.of()).eligibleForRollback())
                .isTrue();
        assertThat(WireMapper.begun(release(4, Status.PENDING)).eligibleForRollback())
                .isFalse();
    }
}
