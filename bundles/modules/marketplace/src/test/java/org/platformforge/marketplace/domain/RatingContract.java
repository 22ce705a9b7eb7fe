package org.platformforge.marketplace.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.platformforge.kernel.store.testing.TestCaller.ACME;
import static org.platformforge.kernel.store.testing.TestCaller.ALICE;
import static org.platformforge.kernel.store.testing.TestCaller.BOB;
import static org.platformforge.marketplace.testing.TestPlatform.wish;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.store.database.DatabaseKind;

/** Ratings and downloads. */
abstract class RatingContract extends MarketplaceContract {
    RatingContract(DatabaseKind kind) {
        super(kind);
    }

    @Test
    void onlyThoseWhoUseItRate() {
        publish("1.0.0", "1.1.0");
        assertThat(refused(() -> platform.catalogue.rate(ALICE, ID, 5, null)).kind())
                .isEqualTo(ErrorKind.CONFLICT);
        platform.installed(ALICE, ID, "1.0.0");
        platform.completed(platform.installations.upgrade(ALICE, ID, wish(null)));
        platform.catalogue.rate(ALICE, ID, 5, "good");
        platform.catalogue.rate(ALICE, ID, 4, null);

        Extension extension = platform.catalogue.get(BOB, ID).extension();
        assertThat(extension.ratingCount()).isOne();
        assertThat(extension.rating()).isEqualTo(4.0);
        assertThat(extension.downloads()).isEqualTo(2);
        assertThat(refused(() -> platform.catalogue.rate(ACME, ID, 5, null)).kind())
                .isEqualTo(ErrorKind.CONFLICT);
    }

    @Test
    void showsRatingsToAllAndTheirAuthorsToNobody() {
        publish("1.0.0");
        platform.installed(ALICE, ID, null);
        platform.installed(BOB, ID, null);
        platform.catalogue.rate(ALICE, ID, 5, "good");
        platform.catalogue.rate(BOB, ID, 2, "slow");

        var first = platform.catalogue.ratings(ACME, ID, PageRequest.first(1));
        var second = platform.catalogue.ratings(
                ACME, ID, new PageRequest(1, 0, first.nextCursor().orElseThrow()));
        assertThat(first.total()).isEqualTo(2);
        assertThat(List.of(first.items().get(0).remark(), second.items().get(0).remark()))
                .containsExactlyInAnyOrder("good", "slow");
        assertThat(second.nextCursor()).isEmpty();
        assertThat(first.nextCursor().toString()).doesNotContain("ten_");

        platform.catalogue.unrate(BOB, ID);
        assertThat(platform.catalogue.get(ACME, ID).extension().rating()).isEqualTo(5.0);
        assertThat(refused(() -> platform.catalogue.unrate(BOB, ID)).kind()).isEqualTo(ErrorKind.NOT_FOUND);
        assertThat(refused(() -> platform.catalogue.ratings(ACME, ID, new PageRequest(1, 0, "x")))
                        .kind())
                .isEqualTo(ErrorKind.VALIDATION);
        assertThat(refused(() -> platform.catalogue.ratings(ACME, "acme.none", PageRequest.first(1)))
                        .kind())
                .isEqualTo(ErrorKind.NOT_FOUND);
    }
}
